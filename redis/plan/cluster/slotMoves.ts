import { slotCount } from "../../model/cluster/slots";
import { hostOf, type Model } from "../../model/model";
import { type ClusterState, isMaster, type Shard } from "../../state/cluster/clusterState";
import { ownedCount, ownedSlots } from "../../state/cluster/view";
import type { Observation, ServerObservation } from "../../state/observation";
import { balance } from "./balance";
import type { ClusterStep } from "./steps";

/** A step that moves slots. */
export type SlotMove = Extract<ClusterStep, { kind: "move" }>;

/** Slots move until each shard has its share and nobody else any. Servers on lost hosts that own none are not waited for. */
export function moves(model: Model, clusterState: ClusterState): SlotMove[] {
    const { members, shards, silent, unknownNodes } = clusterState;
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
    return movesTo(
        shardMasters.map(({ node }) => node),
        clusterState,
    );
}

/** The moves that follow once shards are there whose servers have yet to be made; none where no such shard is declared. */
export function foreseenMoves(clusterState: ClusterState, observation: Observation): SlotMove[] {
    const { shards, formed } = clusterState;
    const isNew = ({ members, silent, declared }: Shard) =>
        members.length === 0 &&
        silent.every(({ container }) => !container) &&
        !observation.some(({ node }) => node.startsWith(`${declared}@`));
    const isKnown = shards.every((shard) => shard.master || isNew(shard));
    if (!formed || !isKnown || !shards.some(isNew)) return [];
    return movesTo(
        shards.map(({ master, declared }) => master?.node ?? declared),
        clusterState,
    );
}

function movesTo(keepers: string[], { members }: ClusterState): SlotMove[] {
    const owned = new Map(
        members.filter(isMaster).map((member) => [member.node, ownedSlots(member.redis.cluster)] as const),
    );
    return balance(owned, keepers).map(({ from, to, slots }) => {
        const why = keepers.includes(from) ? "an equal share for each shard" : `${from} is to own none`;
        return { kind: "move", from, to, slots, why };
    });
}
