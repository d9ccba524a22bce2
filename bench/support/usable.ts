import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";

/** Waits until a cluster with one replica per master is usable in the eyes of each of its nodes; returns when that was. */
export async function whenUsable(nodes: Redis[]): Promise<number> {
    for (;;) {
        const seen = await Promise.all(
            nodes.map(async (node) =>
                // A server may not run yet.
                Promise.all([node.cluster("INFO"), node.info("replication")]).then(
                    (texts) => texts.join("\n"),
                    () => "",
                ),
            ),
        );
        const whole = seen.filter(
            (text) => /cluster_state:ok/.test(text) && (/role:master/.test(text) || /master_link_status:up/.test(text)),
        );
        const replicas = seen.filter((text) => /role:slave/.test(text)).length;
        if (whole.length === nodes.length && replicas === nodes.length / 2) return performance.now();
        await sleep(20);
    }
}
