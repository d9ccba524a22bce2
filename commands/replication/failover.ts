import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Endpoint } from "../../redis/model";

/** How long a master may wait for its successor to catch up, in milliseconds; writes are held meanwhile. */
const patience = 10_000;
/** Pause between two looks, in milliseconds. */
const pause = 20;

/**
 * Has a master hand over to one of its replicas. Redis holds writes until the replica has everything, so that none that
 * was acknowledged is lost. Returns when the roles have changed and both servers will remember it over a restart, or when
 * Redis has given up: then nothing has changed.
 */
export async function failover(master: Redis, successor: Redis, announce: Endpoint): Promise<void> {
    await master.call("failover", "to", announce.host, String(announce.port), "timeout", String(patience));
    for (const until = Date.now() + 2 * patience; Date.now() < until; await sleep(pause)) {
        if ((await roleOf(successor)) === "master" && (await roleOf(master)) === "slave") {
            // The successor first: two servers that start as replicas harm nobody, two that start as masters do.
            await successor.call("config", "rewrite");
            await master.call("config", "rewrite");
            return;
        }
        const state = /master_failover_state:(\S+)/.exec(await master.info("replication"))?.[1];
        if (state === "no-failover" && (await roleOf(successor)) === "slave") return;
    }
}

async function roleOf(client: Redis): Promise<unknown> {
    return ((await client.call("role")) as unknown[])[0];
}
