import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { clustersOf, declaredMasters } from "../redis/clusters";
import { inWords } from "../redis/judge";
import type { RedisNode } from "../redis/stack";

/** The loss of that host stops the cluster. */
export const masterMajority = stackPolicy({
    name: "redis-master-majority",
    description: "No host should hold a majority of a cluster's masters.",
    level: "advisory",
    severity: "high",
    ...redisDocumentation("Scale with Redis Cluster", "Redis Cluster 101"),
    area: "shape",
    needs: ["cluster", "secondHost"],
    reason:
        "A failover needs the majority of masters: with two hosts one of them holds it, and the loss of that host stops the cluster. " +
        "Where roles are not declared, this counts hosts: two are too few whatever the roles, and so is a host with most of the nodes.",
    remediation: "Spread the masters over at least three hosts.",
    *check(stack) {
        for (const nodes of clustersOf(stack)) {
            const [first] = nodes;
            // One host is a choice: there is nothing to spread over.
            if (first === undefined || byHost(nodes).length < 2) {
                continue;
            }
            const masters = declaredMasters(nodes);
            const problem = masters === undefined ? unknownRoles(nodes) : knownRoles(masters);
            if (problem !== undefined) {
                const fix = `Spread the ${masters === undefined ? "nodes" : "masters"} evenly over at least three hosts`;
                yield { node: first, setting: "provider", problem, fix };
            }
        }
    },
});

function knownRoles(masters: readonly RedisNode[]): string | undefined {
    const majority = Math.floor(masters.length / 2) + 1;
    const crowded = byHost(masters).find((names) => masters.length - names.length < majority);
    return (
        crowded &&
        `${crowded.length} of ${masters.length} masters are on one host (${inWords(crowded)}), and its loss leaves no majority`
    );
}

function unknownRoles(nodes: readonly RedisNode[]): string | undefined {
    const hosts = byHost(nodes);
    const crowded = hosts.find((names) => names.length > nodes.length / 2);
    if (crowded !== undefined) {
        return `${inWords(crowded)} share a host, whose loss may take a majority of the masters`;
    }
    return hosts.length === 2
        ? "with two hosts one of them holds a majority of the masters, and its loss stops the cluster"
        : undefined;
}

/** The names of nodes, host by host. */
function byHost(nodes: readonly RedisNode[]): string[][] {
    const hosts = new Map<string, string[]>();
    for (const { host, name } of nodes) {
        hosts.set(host, [...(hosts.get(host) ?? []), name]);
    }
    return [...hosts.values()];
}
