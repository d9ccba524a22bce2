import type { Applying } from "../applying";
import { observedServer } from "../observed";
import { moveBySlot } from "./migrate";
import { doTasks, hasTasks } from "./migrationTask";
import type { Move, Progress } from "./progress";

/** Time between two lines of progress, in milliseconds. */
const progressEvery = 2_000;

/**
 * Moves slots with their keys, while clients read and write them: by the servers themselves where both can (Redis 8.4
 * and later), else key by key. Interrupted anywhere, it can be done again.
 */
export async function moveSlots(move: Move, context: Applying): Promise<void> {
    const from = observedServer(context, move.from);
    const to = observedServer(context, move.to);
    const progress = progressOf(move, context.say);
    // What an interrupted move by slot left open can only be ended in the same way.
    const open = [from, to].some(({ redis }) => redis?.cluster?.migrating.length || redis?.cluster?.importing.length);
    const source = await context.connections.to(from.reach);
    const target = await context.connections.to(to.reach);
    if (!open && (await hasTasks(source)) && (await hasTasks(target))) await doTasks(move, source, target, progress);
    else await moveBySlot(move, context, progress);
}

function progressOf({ from, to, slots }: Move, say: (line: string) => void): Progress {
    const began = Date.now();
    let saidAt = began;
    let done = 0;
    let keys = 0;
    return (moreSlots, moreKeys) => {
        done += moreSlots;
        keys += moreKeys;
        if (Date.now() - saidAt < progressEvery) return;
        saidAt = Date.now();
        const seconds = (saidAt - began) / 1000;
        const left = done === 0 ? "" : `, about ${Math.ceil((seconds / done) * (slots.length - done))} s left`;
        say(`${from}: ${done} of ${slots.length} slots moved to ${to}, ${Math.round(keys / seconds)} keys/s${left}`);
    };
}
