import { type SlotRange, showRanges } from "../../model/cluster/slots";
import type { Endpoint } from "../../model/model";

/** One change to a cluster. Each can be done at the same time as the others of its plan. */
export type ClusterStep =
    | { kind: "setTemporaryTimeout"; node: string; timeout: number }
    | { kind: "claim"; node: string; slots: SlotRange[]; epoch?: number }
    | { kind: "meet"; node: string; others: { node: string; endpoint: Endpoint }[]; again?: true }
    | { kind: "replicate"; node: string; master: string; masterId: string; was: string }
    | { kind: "takeOver"; node: string; from: string; mode: TakeOverMode; why: string }
    | { kind: "move"; from: string; to: string; slots: number[]; why: string }
    | { kind: "settle"; node: string; slots: number[] }
    | { kind: "reclaim"; node: string; keys: number }
    | { kind: "forget"; id: string; what: string; by: string[] }
    | { kind: "release"; node: string; why: string }
    | { kind: "retire"; node: string; id: string; by: string[] };

/**
 * How a replica becomes the master. `graceful`: the master agrees and hands over all it has. `force`: the master's data
 * is gone, the other masters vote. `takeover`: as force, where too few masters are left to vote.
 */
export type TakeOverMode = "graceful" | "force" | "takeover";

/** A step in a sentence. */
export function describeClusterStep(step: ClusterStep): string {
    switch (step.kind) {
        case "setTemporaryTimeout":
            return `${step.node}: notice other nodes fast (cluster-node-timeout ${step.timeout} until the cluster is usable)`;
        case "claim":
            return `${step.node}: own the slots ${showRanges(step.slots)}, which nobody owns`;
        case "meet":
            return `${step.node}: meet ${step.others.map(({ node }) => node).join(", ")}${step.again ? " again, to tell of its role and slots" : ""}`;
        case "replicate":
            return `${step.node}: replicate ${step.master} (${step.was})`;
        case "takeOver":
            return `${step.node}: become master in place of ${step.from} (${step.why})`;
        case "move":
            return `${step.from}: move ${count(step.slots)} to ${step.to} (${step.why})`;
        case "settle":
            return `${step.node}: close ${count(step.slots)} left open (${step.slots.slice(0, 5).join(", ")})`;
        case "reclaim":
            return `${step.node}: open the slots of the ${step.keys} keys that it holds and whose slots are others', so that they go there`;
        case "forget":
            return `${step.by.join(", ")}: forget ${step.what}`;
        case "release":
            return `${step.node}: leave its master with empty data (${step.why})`;
        case "retire":
            return `${step.node}: leave the cluster, drained, forgotten by all and reset`;
    }
}

const count = (slots: number[]): string => (slots.length === 1 ? "1 slot" : `${slots.length} slots`);
