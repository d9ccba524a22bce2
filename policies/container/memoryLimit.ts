import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { asNumber, known, UNKNOWN } from "../redis/plain";

/** Without a limit the host's memory is the limit. */
export const memoryLimit = containerPolicy({
    name: "redis-memory-limit",
    description: "The container should have a memory limit, without swap.",
    level: "advisory",
    severity: "medium",
    ...cisDocker("5.11", "Ensure that the memory usage for containers is limited", "Resource constraints"),
    area: "container",
    reason:
        "Redis takes memory until there is none: without a limit the kernel then kills whatever it likes on the host. With a limit " +
        "and no `memorySwap` Docker adds as much swap again, and a Redis that swaps is slower than one that refuses.",
    remediation: "Write `memory` and the same number as `memorySwap` (in MiB), and a `maxmemory` below.",
    *check({ props }) {
        const memory = asNumber(props.memory);
        const swap = asNumber(props.memorySwap);
        if (memory === undefined || memory === 0) {
            yield {
                setting: "memory",
                problem: "there is no limit but the host's memory",
                fix: "Write `memory` and the same number as `memorySwap` (in MiB), above `maxmemory`",
            };
        } else if (known(memory) && swap !== UNKNOWN && swap !== memory) {
            yield {
                setting: "memorySwap",
                problem: "it differs from `memory`, so that the server may swap",
                fix: `Write \`memorySwap: ${memory}\`, as \`memory\``,
            };
        }
    },
    remedy({ props }) {
        const memory = asNumber(props.memory);
        const swap = asNumber(props.memorySwap);
        return known(memory) && memory > 0 && swap !== UNKNOWN && swap !== memory ? { memorySwap: memory } : undefined;
    },
});
