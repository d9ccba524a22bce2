import { slotCount } from "../../model/cluster/slots";
import { hostOf, type Model } from "../../model/model";
import { type ClusterState, isMaster } from "../../state/cluster/clusterState";
import { ownedCount, ownedSlots } from "../../state/cluster/view";
import type { ServerObservation } from "../../state/observation";
import { balance } from "./balance";
import type { ClusterStep } from "./steps";

/** Slots move until each shard has its share and nobody else any. Servers on lost hosts that own none are not waited for. */
export function moves(model: Model, { members, shards, silent, unknownNodes }: ClusterState): ClusterStep[] {
    const isLost = (server?: ServerObservation) => !!server?.declared && hostOf(model, server.host).down === true;
    if (!silent.every(isLost) || !unknownNodes.every(({ slots, server }) => slots === 0 && isLost(server))) return [];
    const shardMasters = shards.flatMap(({ master }) => (master ? [master] : []));
    // A master takes keys in only when it serves slots itself.
    if (shardMasters.length < shards.length || shardMasters.some(({ redis }) => !redis.cluster.ok)) return [];
    const share = Math.floor(slotCount / shardMasters.length);
    const equal = members.filter(isMaster).every((member) => {
        const count = ownedCount(member.redis.cluster);
        return shardMasters.includes(member) ? count === share || count === share + 1 : count === 0;
    });
    if (equal) return [];
    const owned = new Map(
        members.filter(isMaster).map((member) => [member.node, ownedSlots(member.redis.cluster)] as const),
    );
    const names = shardMasters.map(({ node }) => node);
    return balance(owned, names).map(({ from, to, slots }) => {
        const why = names.includes(from) ? "an equal share for each shard" : `${from} is to own none`;
        return { kind: "move", from, to, slots, why };
    });
}
