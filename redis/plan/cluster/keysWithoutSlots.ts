import { type ClusterState, isMaster, type Member, ownsSlots, takesPart } from "../../state/cluster/clusterState";
import type { ClusterStep } from "./steps";

/** Whether a master holds keys and owns no slots. */
export function holdsOthers(member: Member): boolean {
    const { keys, cluster } = member.redis;
    if (!isMaster(member) || ownsSlots(member) || keys === 0) return false;
    return cluster.importing.length === 0 && !cluster.busy;
}

/**
 * A replica that took its master's place while slots moved away may hold keys that had gone already. As a server that is
 * started with such keys does, it opens their slots: what their owners have of them counts, and the rest goes there with them.
 */
export function reclaims({ members, silent, unknownNodes }: ClusterState): ClusterStep[] {
    if (silent.length > 0 || unknownNodes.length > 0) return [];
    return members
        .filter((member) => holdsOthers(member) && takesPart(member))
        .map(({ node, redis }) => ({ kind: "reclaim", node, keys: redis.keys }));
}
