import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { isVolatile, replicasOf } from "../redis/judge";
import { guardsReplicas } from "../redis/ownComponents";
import { asText } from "../redis/plain";

/** It comes back empty, and its replicas follow. */
export const volatileMaster = nodePolicy({
    name: "redis-volatile-master-restart",
    description: "A master without persistence must not restart by itself while it has replicas.",
    level: "mandatory",
    severity: "critical",
    ...redisDocumentation("Redis replication", "Safety of replication when master has persistence turned off"),
    area: "data",
    needs: ["replica"],
    reason: "A master that keeps nothing comes back empty after a crash, and its replicas copy the emptiness: all data is gone within a second.",
    remediation: 'Give the master `appendonly yes`, or `restart: "no"` and let Sentinel promote a replica.',
    *check(node, _parameters, stack) {
        const restart = asText(node.container.props.restart);
        const isGuarded = guardsReplicas(node.configuration.script ?? "");
        if (
            node.kind === "server" &&
            !isGuarded &&
            isVolatile(node) &&
            node.replicaOf === undefined &&
            replicasOf(stack.nodes, node).length > 0 &&
            typeof restart === "string" &&
            /^(?:always|unless-stopped|on-failure)/.test(restart)
        ) {
            yield {
                setting: "restart",
                problem: `the master keeps nothing on disk and restarts by itself (\`${restart}\`): it comes back empty and empties its replicas`,
                fix: 'Write `appendonly yes` on the master, or `restart: "no"`',
            };
        }
    },
});
