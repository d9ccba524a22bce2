import type { ClusterState, Member } from "../../state/cluster/clusterState";
import { at } from "../servers";
import { holdsOthers } from "./keysWithoutSlots";

/** What only a human can decide. */
export function refusals({ unknownNodes, members }: ClusterState): string[] {
    const foreign = unknownNodes
        .filter(({ kind }) => kind === "foreign")
        .map(({ endpoint, id, knownBy }) => {
            const where = `${at(endpoint)} (${id.slice(0, 8)})`;
            return `${knownBy[0]?.node}: is in one cluster with ${where}, which is no server of this deployment: remove that node from the cluster, or use another server here`;
        });
    const full = members
        .filter((member) => holdsOthers(member) && member.redis.cluster.others.length === 0)
        .map(
            ({ node, redis }) =>
                `${node}: holds ${redis.keys} keys but owns no slots, so they belong to no cluster: save them elsewhere and empty it`,
        );
    return [...foreign, ...full, ...members.flatMap(closedPorts)];
}

function closedPorts({ node, host, announce, redis }: Member): string[] {
    const closed = redis.cluster.closed ?? [];
    return [...new Set(closed.map(({ port }) => port))].map((port) => {
        const from = closed.filter((one) => one.port === port).map((one) => one.from ?? "this machine");
        const what = port === announce.port ? "port" : "bus port";
        return `${node}: expected its ${what} ${port} on ${announce.host} to accept connections from ${from.join(", ")}, seen none: open TCP port ${port} of ${host} to every other host and to this machine`;
    });
}
