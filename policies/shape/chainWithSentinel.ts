import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { groupsOf } from "../redis/stack";

/** Sentinel makes a star of every chain. */
export const chainWithSentinel = nodePolicy({
    name: "redis-chain-with-sentinel",
    description: "A replica of a replica must not be combined with Sentinel.",
    level: "mandatory",
    severity: "medium",
    ...redisDocumentation(
        "High availability with Redis Sentinel",
        "Sentinel reconfiguration of instances outside the failover procedure",
    ),
    area: "shape",
    needs: ["sentinel", "replica"],
    reason: "Sentinel sees only the master's own replicas, and points every replica that it knows at the master: the chain is lost at the first failover.",
    remediation: "Let every replica follow the master, or leave Sentinel out.",
    *check(node, _parameters, stack) {
        const group = groupsOf(stack).find((nodes) => nodes.includes(node));
        if (node.master?.replicaOf !== undefined && group?.some(({ kind }) => kind === "sentinel") === true) {
            yield {
                setting: "replicaof",
                problem: `it follows ${node.master.name}, which is itself a replica, and Sentinel knows only the master's own replicas`,
                fix: "Let it follow the master",
            };
        }
    },
});
