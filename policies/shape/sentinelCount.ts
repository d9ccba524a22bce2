import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { watchesOf } from "../redis/sentinels";

/** Sentinels decide by majority. */
export const sentinelCount = stackPolicy({
    name: "redis-sentinel-count",
    description: "A master must be watched by at least three Sentinels, and by an odd number.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation(
        "High availability with Redis Sentinel",
        "Fundamental things to know about Sentinel before deploying",
    ),
    area: "shape",
    needs: ["sentinel"],
    reason: "A failover needs the majority of all Sentinels: of two, none can be lost; of four, no more than of three.",
    remediation: "Run three or five Sentinels.",
    *check(stack) {
        for (const { name, sentinels, complete } of watchesOf(stack)) {
            const [first] = sentinels;
            if (first !== undefined && complete && (sentinels.length < 3 || sentinels.length % 2 === 0)) {
                yield {
                    node: first,
                    setting: `sentinel monitor ${name}`,
                    problem:
                        sentinels.length < 3
                            ? `${sentinels.length} Sentinel${sentinels.length > 1 ? "s watch" : " watches"} it, of whom none can be lost`
                            : `${sentinels.length} Sentinels watch it, which is no better than ${sentinels.length - 1}`,
                    fix: `Run ${sentinels.length < 3 ? "three" : sentinels.length + 1} of them`,
                };
            }
        }
    },
});
