import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { lacks } from "../redis/judge";

/** Whether data survives should not be an accident. */
export const persistenceStated = nodePolicy({
    name: "redis-persistence-stated",
    description: "`appendonly` or `save` should be stated.",
    level: "advisory",
    severity: "medium",
    ...redisDocumentation("Redis persistence", "Ok, so what should I use?"),
    area: "data",
    needs: ["server"],
    reason: "The default snapshots lose up to an hour of writes in a crash, and cost a fork nobody asked for where the data is a cache.",
    remediation:
        'Write `appendonly yes` (at most a second is lost), or `save 3600 1 300 100`, or `save ""` with `appendonly no` for a cache.',
    *check(node) {
        if (node.kind === "server" && lacks(node, "appendonly", "save")) {
            yield {
                setting: "appendonly, save",
                problem: "what survives a crash is not stated, and the default loses up to an hour",
                fix: 'Write `appendonly yes`, or `save ""` and `appendonly no` for a cache',
            };
        }
    },
});
