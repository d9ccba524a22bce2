import { busOffset } from "../../model/cluster/addresses";
import { at } from "../../model/endpoint";
import {
    type ClusterState,
    isMaster,
    knows,
    type Member,
    masterIdOf,
    ownsSlots,
    type Shard,
    type UnknownNode,
} from "../../state/cluster/clusterState";
import { silence } from "../servers";
import type { Waiting } from "../waiting";

/** What keeps the cluster from being usable although nothing is left to do. */
export function unusable({ members, shards, unknownNodes }: ClusterState): Waiting[] {
    const declared = members.filter((member) => member.declared);
    return [
        ...unknownNodes.flatMap(unknownNodeLeft),
        ...declared.flatMap((member) => memberNotReady(member, declared)),
        ...shards.flatMap(shardNotServing),
    ];
}

function unknownNodeLeft({ kind, givenUp, endpoint, knownBy, server, slots }: UnknownNode): Waiting[] {
    if (kind === "gone" && slots > 0) {
        const expected = `its ${slots} slots to get another owner, since it lost its data`;
        return [{ node: server?.node ?? at(endpoint), expected, seen: "them with its earlier life" }];
    }
    if (kind === "dead" && !givenUp) {
        const expected = `to give up ${at(endpoint)}, which is no server of this deployment and does not answer`;
        return [{ node: knownBy.map(({ node }) => node).join(", "), expected }];
    }
    if (kind === "silent" && server && !server.declared) {
        const expected = `an answer on ${at(server.reach)} before it leaves`;
        return [{ node: server.node, expected, seen: silence(server) }];
    }
    return [];
}

function memberNotReady(member: Member, declared: Member[]): Waiting[] {
    const { node, redis } = member;
    const found: Waiting[] = [];
    if (!redis.cluster.ok) found.push({ node, expected: "cluster_state:ok", seen: "cluster_state:fail" });
    if (!isMaster(member) && !redis.linkUp) {
        found.push({ node, expected: "its link to its master to be up", seen: "master_link_status:down" });
    }
    const [first, ...others] = declared.filter((other) => other !== member && !seesRightly(member, other));
    if (!first) return found;
    const rest = others.length > 0 ? ` and ${others.length} more` : "";
    const bus = `bus port ${first.announce.port + busOffset} of ${first.announce.host}`;
    const seen = knows(member, first)?.flags.join(",") || "none of it";
    return [...found, { node, expected: `to see ${first.node}${rest} as it is, through ${bus}`, seen }];
}

/** Whether a member sees another in its role, reachable. */
function seesRightly(member: Member, other: Member): boolean {
    const known = knows(member, other);
    if (!known?.linkUp || known.flags.some((flag) => flag.startsWith("fail") || flag === "noaddr")) return false;
    return known.replicaOf === masterIdOf(other);
}

function shardNotServing({ declared, master, members, silent }: Shard): Waiting[] {
    if (master) return ownsSlots(master) ? [] : [{ node: master.node, expected: "slots of its own", seen: "none" }];
    if (!silent.every(({ gone }) => gone)) return [];
    const all = members.length === 0 ? ": all of its servers are gone" : "";
    return [{ node: declared, expected: "a master in its shard", seen: `none${all}` }];
}
