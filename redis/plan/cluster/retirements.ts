import { type ClusterState, idOf, masterIdOf, ownsSlots, takesPart } from "../../state/cluster/clusterState";
import { mayLeave } from "./replicas";
import type { ClusterStep } from "./steps";

/** Servers of ours that are no longer declared leave when they hold nothing any more, replicas before their masters. */
export function retirements({ members, shards, silent, unknownNodes }: ClusterState): ClusterStep[] {
    if (shards.some(({ master }) => !master || !ownsSlots(master))) return [];
    // Somebody who does not answer may be the only other copy, or come back and know them still.
    if (silent.some(({ gone }) => !gone)) return [];
    return members
        .filter((member) => !member.declared && takesPart(member) && !ownsSlots(member))
        .filter((member) => mayLeave(member, members, unknownNodes))
        .filter((member) => !members.some((other) => masterIdOf(other) === idOf(member)))
        .map((member) => ({
            kind: "retire",
            node: member.node,
            id: idOf(member),
            by: members.filter((other) => other !== member && takesPart(other)).map(({ node }) => node),
        }));
}
