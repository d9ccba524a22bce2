import {
    type ClusterState,
    isMaster,
    knows,
    type Member,
    masterIdOf,
    ownsSlots,
} from "../../state/cluster/clusterState";
import { at, silence } from "../servers";

/** What keeps the cluster from being usable although nothing is left to do. */
export function unusable({ members, shards, unknownNodes }: ClusterState): string[] {
    const waiting = unknownNodes.flatMap(({ kind, givenUp, endpoint, knownBy, server, slots }) => {
        const by = knownBy.map(({ node }) => node).join(", ");
        if (kind === "gone" && slots > 0)
            return `${server?.node ?? at(endpoint)}: expected its ${slots} slots to get another owner, since it lost its data, seen them with its earlier life`;
        if (kind === "dead" && !givenUp)
            return `${by}: expected to give up ${at(endpoint)}, which is no server of this deployment and does not answer`;
        if (kind === "silent" && server && !server.declared)
            return `${server.node}: expected an answer on ${at(server.reach)} before it leaves, seen ${silence(server)}`;
        return [];
    });
    const declared = members.filter((member) => member.declared);
    for (const member of declared) {
        const { cluster, linkUp } = member.redis;
        if (!cluster.ok) waiting.push(`${member.node}: expected cluster_state:ok, seen cluster_state:fail`);
        if (!isMaster(member) && !linkUp) {
            waiting.push(`${member.node}: expected its link to its master to be up, seen master_link_status:down`);
        }
        const wrong = declared.filter((other) => other !== member && !seesRightly(member, other));
        const [first] = wrong;
        if (!first) continue;
        const rest = wrong.length > 1 ? ` and ${wrong.length - 1} more` : "";
        const bus = `bus port ${first.announce.port + 10_000} of ${first.announce.host}`;
        const seen = knows(member, first)?.flags.join(",") || "none of it";
        waiting.push(`${member.node}: expected to see ${first.node}${rest} as it is, through ${bus}, seen ${seen}`);
    }
    for (const { declared: name, master, members: inShard, silent } of shards) {
        if (!master && silent.every(({ gone }) => gone)) {
            const all = inShard.length === 0 ? ": all of its servers are gone" : "";
            waiting.push(`${name}: expected a master in its shard, seen none${all}`);
        } else if (master && !ownsSlots(master)) waiting.push(`${master.node}: expected slots of its own, seen none`);
    }
    return waiting;
}

/** Whether a member sees another in its role, reachable. */
function seesRightly(member: Member, other: Member): boolean {
    const known = knows(member, other);
    if (!known?.linkUp || known.flags.some((flag) => flag.startsWith("fail") || flag === "noaddr")) return false;
    return known.replicaOf === masterIdOf(other);
}
