import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something is so, for half a minute at most. */
export async function until(met: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 30_000; !met(); await sleep(10)) {
        if (Date.now() > deadline) throw new Error("it did not happen in time");
    }
}
