import { type Model, stays } from "../../model/model";
import { type ClusterState, idOf, masterIdOf } from "../../state/cluster/clusterState";
import type { Observation } from "../../state/observation";
import type { Desired } from "../desired";
import { drainSuccessorOf, successorExpectation } from "../drain/successor";
import { isDraining } from "../drain/tree";
import type { ClusterStep } from "./steps";

/** Masters on hosts that drain hand over to a replica of theirs on another one. */
export function drained(model: Model, { shards, members }: ClusterState, observation: Observation) {
    const due = shards.flatMap(({ master }) => (master && isDraining(model, master) ? [master] : []));
    const ways = due.map((master) => ({
        master,
        successor: members.find((one) => one === drainSuccessorOf(model, master, observation)),
    }));
    return {
        steps: ways.flatMap(({ master, successor }): ClusterStep[] => {
            if (!successor) return [];
            const why = `${master.host} is draining`;
            return [{ kind: "takeOver", node: successor.node, from: master.node, mode: "graceful", why }];
        }),
        waiting: ways.flatMap(({ master, successor }) => (successor ? [] : [successorExpectation(master)])),
    };
}

/** Declared masters that are replicas now become masters again: all of them, or those whose hosts have drained and are back. */
export function restored({ model, returned = [] }: Desired, { shards }: ClusterState): ClusterStep[] {
    return shards.flatMap(({ declared, master, members }): ClusterStep[] => {
        const successor = members.find(({ node }) => node === declared);
        if (!master || !successor || successor === master || masterIdOf(successor) !== idOf(master)) return [];
        if (!stays(model, successor) || !(model.restoreMasters || returned.includes(declared))) return [];
        const why = "it is the declared master";
        return [{ kind: "takeOver", node: successor.node, from: master.node, mode: "graceful", why }];
    });
}
