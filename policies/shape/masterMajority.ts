import { stackPolicy } from "../define";
import { clustersOf } from "../redis/clusters";
import { inWords } from "../redis/judge";

/** The loss of that host stops the cluster. */
export const masterMajority = stackPolicy({
    name: "redis-master-majority",
    description: "No host should hold a majority of a cluster's masters.",
    level: "advisory",
    severity: "high",
    area: "shape",
    reason:
        "A failover needs the majority of masters: with two hosts one of them holds it, and the loss of that host stops the cluster. " +
        "Roles are not declared, so this counts hosts: two are too few whatever the roles, and so is a host with most of the nodes.",
    remediation: "Spread the masters over at least three hosts.",
    *check(stack) {
        for (const nodes of clustersOf(stack)) {
            const hosts = new Map<string, string[]>();
            for (const { host, name } of nodes) {
                hosts.set(host, [...(hosts.get(host) ?? []), name]);
            }
            const [first] = nodes;
            // One host is a choice: there is nothing to spread over.
            if (first === undefined || hosts.size < 2) {
                continue;
            }
            const crowded = [...hosts].find(([, names]) => names.length > nodes.length / 2);
            if (hosts.size === 2 || crowded !== undefined) {
                yield {
                    node: first,
                    setting: "provider",
                    problem:
                        crowded === undefined
                            ? "with two hosts one of them holds a majority of the masters, and its loss stops the cluster"
                            : `${inWords(crowded[1])} share a host, whose loss may take a majority of the masters`,
                    fix: "Spread the nodes evenly over at least three hosts",
                };
            }
        }
    },
});
