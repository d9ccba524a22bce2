import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";

/** How long a removal may take, in milliseconds. */
const patience = 30_000;
/** Pause between two looks, in milliseconds. */
const pause = 20;

/**
 * Waits until a container is gone, 30 s at most. It looks again and again: Docker's own wait for a removal (`POST
 * /containers/ID/wait?condition=removed`) never answers when the removal ends while it begins, and an open request keeps a
 * program from ending.
 * @throws when the container is still there after that time
 */
export async function untilRemoved(container: Docker.Container): Promise<void> {
    for (const until = Date.now() + patience; await isThere(container); await sleep(pause)) {
        if (Date.now() > until)
            throw new Error(`the container ${container.id} is not removed within ${patience / 1000} s`);
    }
}

async function isThere(container: Docker.Container): Promise<boolean> {
    try {
        await container.inspect();
        return true;
    } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return false;
        throw error;
    }
}
