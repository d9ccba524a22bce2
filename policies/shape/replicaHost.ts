import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";

/** A copy on the same machine is lost with it. */
export const replicaHost = stackPolicy({
    name: "redis-replica-host",
    description: "A replica should run on another host than its master.",
    level: "advisory",
    severity: "high",
    ...redisDocumentation("Redis replication", "Important facts about Redis replication"),
    area: "shape",
    needs: ["replica", "secondHost"],
    reason: "If the host is lost, master and replica are lost together. Reported where the stack has more than one host to choose from.",
    remediation: "Move the replica to another host (another `docker.Provider`).",
    *check(stack) {
        if (new Set(stack.nodes.map(({ host }) => host)).size < 2) {
            return;
        }
        for (const node of stack.nodes) {
            if (node.master !== undefined && node.master.host === node.host) {
                yield {
                    node,
                    setting: "provider",
                    problem: `it runs on the host of its master ${node.master.name}, and would be lost with it`,
                    fix: "Give it the provider of another host",
                };
            }
        }
    },
});
