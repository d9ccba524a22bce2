import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { watchesOf } from "../redis/sentinels";

/** With too small a quorum one slow Sentinel is enough to start a failover. */
export const sentinelQuorum = nodePolicy({
    name: "redis-sentinel-quorum",
    description: "The quorum must be a majority of the Sentinels.",
    level: "mandatory",
    severity: "medium",
    ...redisDocumentation("High availability with Redis Sentinel", "Configuring Sentinel"),
    area: "shape",
    needs: ["sentinel"],
    reason: "With a quorum below the majority a few Sentinels that lost their network declare a healthy master dead; with one above their number none ever does.",
    remediation: "Write the majority as the last word of `sentinel monitor`: 2 of 3, 3 of 5.",
    *check(node, _parameters, stack) {
        for (const { name, quorum } of node.monitors) {
            const watch = watchesOf(stack).find((one) => one.name === name && one.sentinels.includes(node));
            const count = watch?.sentinels.length ?? 1;
            const majority = Math.floor(count / 2) + 1;
            // Sentinels that cannot be seen only raise the majority.
            const tooMany = quorum > count && watch?.complete === true;
            if (count > 1 && (quorum < majority || tooMany)) {
                yield {
                    setting: `sentinel monitor ${name}`,
                    problem: `a quorum of ${quorum} is ${tooMany ? `more than the ${count} Sentinels` : `no majority of ${count} Sentinels`}`,
                    fix: `Write ${majority}`,
                };
            }
        }
    },
});
