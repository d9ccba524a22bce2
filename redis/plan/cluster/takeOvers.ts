import {
    type ClusterState,
    idOf,
    isMaster,
    knows,
    type Member,
    masterIdOf,
    ownsSlots,
    type Shard,
    type UnknownNode,
} from "../../state/cluster/clusterState";
import { fullest } from "../replication/live";
import type { ClusterStep } from "./steps";

/** Replicas become masters: of those whose data is gone, and of those that are to give up their slots anyway. */
export function takeOvers(clusterState: ClusterState): ClusterStep[] {
    const { members, shards, unknownNodes } = clusterState;
    const masters = members.filter((member) => isMaster(member) && ownsSlots(member));
    const owners = unknownNodes.filter(({ slots }) => slots > 0);
    const withoutSlots = shards.filter(({ master }) => !master || !ownsSlots(master));
    return [
        ...owners.flatMap((owner) => replaceLost(owner, canVote(masters, owners), shards)),
        ...withoutSlots.flatMap((shard) => inherit(shard, shards, masters)),
    ];
}

/** Whether masters enough are left to vote for a replica. */
function canVote(masters: Member[], owners: UnknownNode[]): boolean {
    // Who does not answer us may answer the others.
    const silent = owners.filter(({ kind, server }) => kind === "silent" && !server?.gone);
    const size = masters.length + owners.length;
    return masters.length + silent.length >= Math.floor(size / 2) + 1;
}

/** A replica takes the place of an owner of slots that is none of the members: nobody can ask that one. */
function replaceLost({ kind, replicas, server, id }: UnknownNode, mayVote: boolean, shards: Shard[]): ClusterStep[] {
    // One that was restarted may have a higher offset, of an early snapshot, and less of the data.
    const withKeys = replicas.filter(({ redis }) => redis.keys > 0);
    const successor = fullest(withKeys.length > 0 ? withKeys : replicas) as Member | undefined;
    // A replica that does not answer may have more of the data.
    if (!successor || awaited(successor, shards)) return [];
    const takeOver = { kind: "takeOver", node: successor.node, from: server?.node ?? id.slice(0, 8) } as const;
    if (kind === "gone") return [{ ...takeOver, mode: mayVote ? "force" : "takeover", why: "which lost its data" }];
    // Redis itself promotes a replica as long as there are masters enough to vote.
    if (kind !== "silent" || !server?.gone || mayVote) return [];
    const why = `${server.gone}, and too few masters are left to vote; what it had not passed on is missing`;
    return [{ ...takeOver, mode: "takeover", why }];
}

/** Whether a server of a member's shard does not answer and may yet. */
const awaited = (member: Member, shards: Shard[]): boolean =>
    shards.some(({ members, silent }) => members.includes(member) && silent.some(({ gone }) => !gone));

/** A shard without slots whose member replicates a master that is to have none: it takes its place. */
function inherit(shard: Shard, shards: Shard[], masters: Member[]): ClusterStep[] {
    const successors = mostDataFirst(shard.members.filter(({ redis }) => redis.linkUp)).flatMap((successor) => {
        const master = masters.find((candidate) => idOf(candidate) === masterIdOf(successor));
        return master && !shards.some((other) => other.master === master) ? [{ successor, master }] : [];
    });
    // Redis ignores the wish of a replica that its master does not know as one yet.
    const ready = successors.find(({ successor, master }) => knows(master, successor)?.replicaOf === idOf(master));
    if (ready) {
        const { successor, master } = ready;
        const why = master.declared ? "one shard has one master" : "which leaves";
        return [{ kind: "takeOver", node: successor.node, from: master.node, mode: "graceful", why }];
    }
    if (successors.length > 0 || shard.master || shard.silent.length > 0) return [];
    // Everybody replicates another shard's master, which goes on without one of them.
    const free = shard.members.find(({ redis, node }) => redis.linkUp && node === shard.declared);
    const master = free && masters.find((candidate) => idOf(candidate) === masterIdOf(free));
    if (!free || !master) return [];
    return [{ kind: "release", node: free.node, why: `its shard has no master, and it replicates ${master.node}` }];
}

/** The members that would do best as master: those with most of its data. */
function mostDataFirst(candidates: Member[]): Member[] {
    return [...candidates].sort((a, b) => b.redis.offset - a.redis.offset || (a.node < b.node ? -1 : 1));
}
