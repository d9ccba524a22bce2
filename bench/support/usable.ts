import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";

/** For how long servers may be on their way, in milliseconds. */
const patience = 180_000;

/**
 * Waits until servers are usable in the eyes of each of them: every replica's link is up and, in a cluster, its state is ok.
 * Returns when that was.
 * @param replicas how many there have to be; half of all when absent
 */
export async function whenUsable(
    nodes: Redis[],
    { isCluster = true, replicas = nodes.length / 2 } = {},
): Promise<number> {
    const until = performance.now() + patience;
    for (;;) {
        const seen = await Promise.all(
            nodes.map(async (node) =>
                // A server may not run yet.
                Promise.all([isCluster ? node.cluster("INFO") : "", node.info("replication")]).then(
                    (texts) => texts.join("\n"),
                    () => "",
                ),
            ),
        );
        const whole = seen.filter(
            (text) =>
                (!isCluster || /cluster_state:ok/.test(text)) &&
                (/role:master/.test(text) || /master_link_status:up/.test(text)),
        );
        const found = seen.filter((text) => /role:slave/.test(text)).length;
        if (whole.length === nodes.length && found === replicas) return performance.now();
        if (performance.now() > until) throw new Error(`not usable after ${patience / 1000} s:\n${seen.join("\n")}`);
        await sleep(20);
    }
}
