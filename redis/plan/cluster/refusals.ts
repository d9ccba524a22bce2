import type { Problem } from "../../declaration/problem";
import { at } from "../../model/endpoint";
import type { ClusterState, Member, UnknownNode } from "../../state/cluster/clusterState";
import { holdsOthers } from "./keysWithoutSlots";

/** What only a human can decide. */
export function refusals({ unknownNodes, members }: ClusterState): Problem[] {
    return [...unknownNodes.flatMap(foreignNode), ...members.flatMap(keysOfNoCluster), ...members.flatMap(closedPorts)];
}

function foreignNode({ kind, endpoint, id, knownBy: [member] }: UnknownNode): Problem[] {
    if (kind !== "foreign" || !member) return [];
    const where = `${at(endpoint)} (${id.slice(0, 8)})`;
    const message = `is in one cluster with ${where}, which is no server of this deployment: remove that node from the cluster, or use another server here`;
    return [{ path: member.node, message }];
}

function keysOfNoCluster(member: Member): Problem[] {
    const { node, redis } = member;
    if (!holdsOthers(member) || redis.cluster.others.length > 0) return [];
    const message = `holds ${redis.keys} keys but owns no slots, so they belong to no cluster: save them elsewhere and empty it`;
    return [{ path: node, message }];
}

function closedPorts({ node, host, announce, redis }: Member): Problem[] {
    const closed = redis.cluster.closed ?? [];
    return [...new Set(closed.map(({ port }) => port))].map((port) => {
        const from = closed.filter((one) => one.port === port).map((one) => one.from ?? "this machine");
        const what = port === announce.port ? "port" : "bus port";
        const message = `expected its ${what} ${port} on ${announce.host} to accept connections from ${from.join(", ")}, seen none: open TCP port ${port} of ${host} to every other host and to this machine`;
        return { path: node, message };
    });
}
