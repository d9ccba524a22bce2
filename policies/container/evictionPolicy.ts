import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { lacks } from "../redis/judge";

/** What happens at the limit is a decision. */
export const evictionPolicy = nodePolicy({
    name: "redis-eviction-policy",
    description: "`maxmemory-policy` should be stated.",
    level: "advisory",
    severity: "low",
    ...redisDocumentation("Key eviction", "Eviction policies"),
    area: "container",
    needs: ["server"],
    reason: "At the limit Redis refuses writes (`noeviction`, the default), which is right for data and wrong for a cache, or forgets keys, which is the other way round.",
    remediation: "Set `maxmemory-policy noeviction` for data, `allkeys-lru` or `allkeys-lfu` for a cache.",
    *check(node) {
        if (node.kind === "server" && lacks(node, "maxmemory-policy")) {
            yield {
                setting: "maxmemory-policy",
                problem: "what happens at the memory limit is not stated",
                fix: "Write `noeviction` for data, `allkeys-lru` for a cache",
            };
        }
    },
});
