import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { watchesOf } from "../redis/sentinels";

/** Sentinels on one machine go down with it. */
export const sentinelHosts = stackPolicy({
    name: "redis-sentinel-hosts",
    description: "Sentinels should run on different hosts.",
    level: "advisory",
    severity: "high",
    ...redisDocumentation(
        "High availability with Redis Sentinel",
        "Fundamental things to know about Sentinel before deploying",
    ),
    area: "shape",
    needs: ["sentinel"],
    reason: "The host that holds the majority of the Sentinels takes the failover with it, just when it is needed.",
    remediation: "Run each Sentinel on a host of its own (three hosts, three providers).",
    *check(stack) {
        for (const { name, sentinels } of watchesOf(stack)) {
            const [first] = sentinels;
            const counts = new Map<string, number>();
            for (const { host } of sentinels) {
                counts.set(host, (counts.get(host) ?? 0) + 1);
            }
            const most = Math.max(0, ...counts.values());
            if (first !== undefined && sentinels.length > 1 && most > sentinels.length / 2) {
                yield {
                    node: first,
                    setting: `sentinel monitor ${name}`,
                    problem: `${most} of ${sentinels.length} Sentinels run on one host, and with it goes the failover`,
                    fix: "Give each Sentinel the provider of a host of its own",
                };
            }
        }
    },
});
