import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { isVolatile } from "../redis/judge";
import { groupsOf } from "../redis/stack";

/** After a failover the new master has nothing to come back with. */
export const replicaPersistence = stackPolicy({
    name: "redis-replica-persistence",
    description: "At least one replica should keep its data on disk.",
    level: "advisory",
    severity: "medium",
    ...redisDocumentation("Redis replication", "Safety of replication when master has persistence turned off"),
    area: "data",
    needs: ["replica"],
    reason: "If the master's host is lost, the data is what the replicas have: if none writes to disk, the next restart of them ends it.",
    remediation: "Give one replica `save 3600 1 300 100` or `appendonly yes`.",
    *check(stack) {
        for (const group of groupsOf(stack)) {
            const replicas = group.filter(({ role }) => role === "replica");
            const [first] = replicas;
            if (first !== undefined && replicas.every(isVolatile)) {
                yield {
                    node: first,
                    setting: "save, appendonly",
                    problem:
                        replicas.length > 1
                            ? `none of the ${replicas.length} replicas keeps its data on disk`
                            : "the only replica keeps nothing on disk",
                    fix: "Write `save 3600 1 300 100` or `appendonly yes` on one replica",
                };
            }
        }
    },
});
