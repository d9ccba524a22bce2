import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { announcedAddress, isLoopback, type RedisNode, usesHostNetwork } from "../redis/stack";

/** 127.0.0.1 is another machine for everyone who is told of it. */
export const loopbackAnnounced = stackPolicy({
    name: "redis-loopback-announced",
    description: "Nodes that find each other across containers or hosts must not be told 127.0.0.1.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("High availability with Redis Sentinel", "Sentinel, Docker, NAT, and possible issues"),
    area: "network",
    needs: ["node"],
    reason:
        "A loopback address means whoever uses it: a replica in a container of its own replicates itself, and clients of another " +
        "machine are sent to themselves. It works only on the network of one and the same host.",
    remediation: "Use the master's name on a user-defined network, or the host's address on the private network.",
    *check(stack) {
        const hosts = new Set(stack.nodes.map(({ host }) => host)).size;
        for (const node of stack.nodes) {
            const elsewhere = usesHostNetwork(node) ? hosts > 1 : true;
            // Where containers share one network namespace, loopback is theirs together.
            if (!elsewhere || sharesNamespace(node)) {
                continue;
            }
            const announced = announcedAddress(node);
            if (announced !== undefined && isLoopback(announced) && (hosts > 1 || stack.nodes.length > 1)) {
                yield {
                    node,
                    setting:
                        node.kind === "sentinel"
                            ? "sentinel announce-ip"
                            : node.isCluster
                              ? "cluster-announce-ip"
                              : "replica-announce-ip",
                    problem: `${announced} is announced, which is another machine for each of the others`,
                    fix: "Announce the address at which the other nodes and the clients reach this one",
                };
            }
            if (node.replicaOf !== undefined && isLoopback(node.replicaOf.host) && !isOnSameHost(stack.nodes, node)) {
                yield {
                    node,
                    setting: "replicaof",
                    problem: `the master is looked for at ${node.replicaOf.host}, which is the replica's own container or host`,
                    fix: "Write the master's name on the network that both share, or its host's address",
                };
            }
            for (const monitor of node.monitors.filter(({ host }) => isLoopback(host))) {
                yield {
                    node,
                    setting: `sentinel monitor ${monitor.name}`,
                    problem: `the master is looked for at ${monitor.host}, and clients would be sent there`,
                    fix: "Write the address at which every Sentinel and client reaches the master",
                };
            }
        }
    },
});

function sharesNamespace(node: RedisNode): boolean {
    const { networkMode } = node.container;
    return typeof networkMode !== "string" ? networkMode !== undefined : networkMode.startsWith("container:");
}

/** On one host's network a replica finds a master of the same host at its loopback address. */
function isOnSameHost(nodes: readonly RedisNode[], node: RedisNode): boolean {
    return (
        usesHostNetwork(node) &&
        nodes.some(
            (other) =>
                other !== node &&
                other.host === node.host &&
                usesHostNetwork(other) &&
                other.port === node.replicaOf?.port,
        )
    );
}
