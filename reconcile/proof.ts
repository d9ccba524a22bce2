import { setTimeout as sleep } from "node:timers/promises";
import { still } from "../redis/plan/movement";
import { canPass } from "./attempts";

/** Pause between two tries, in milliseconds: those whom it fails for may be telling each other. */
const pause = 100;

/** What has been settled: the steps that were done, in words. */
interface Settled {
    done: string[];
}

/**
 * Settles and proves that it holds, again and again until it does. A proof may fail although nothing was left to do:
 * servers change after they were looked at, and one that stood still has not heard of it.
 *
 * @param say takes what a proof fails for, once each
 * @throws what it failed for last, when nothing new was done for 30 seconds; at once what cannot pass.
 */
export async function proven<T extends Settled>(
    settle: () => Promise<T>,
    verify: (settled: T) => Promise<string>,
    say: (line: string) => void,
    { patience: longest, pause: between } = { patience: still, pause },
): Promise<T & { verified: string }> {
    const done = new Set<string>();
    const said = new Set<string>();
    let deadline = 0;
    for (let tries = 1; ; tries++) {
        const settled = await settle();
        const before = done.size;
        for (const sentence of settled.done) done.add(sentence);
        if (tries === 1 || done.size > before) deadline = Date.now() + longest;
        const seen = await verify(settled).catch((error: Error) => error);
        if (typeof seen === "string") {
            say(seen);
            return { ...settled, done: [...done], verified: seen };
        }
        if (!canPass(seen)) throw seen;
        if (Date.now() >= deadline) {
            const times = tries === 1 ? "once" : `${tries} times`;
            throw new Error(
                `as declared, but not usable: tried ${times}, the last time it failed with: ${seen.message}`,
            );
        }
        if (!said.has(seen.message)) say(`not usable yet: ${seen.message}`);
        said.add(seen.message);
        await sleep(between);
    }
}
