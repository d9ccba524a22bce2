import { canShow, say, show } from "./terminal";
import { endSignal } from "./together";

export { say };

/** How often a long step says that it is still at work, in milliseconds. */
const interval = 15_000;

/** The steps at work. */
const open = new Set<{ isAlone: boolean }>();

/** Runs a step that takes a while: says what it does, that it is still at work, and how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
    endSignal().throwIfAborted();
    const started = performance.now();
    const self = { isAlone: open.size === 0 };
    for (const other of open) other.isAlone = false;
    open.add(self);
    // In place it is told with its time once it is done.
    if (!canShow()) say(`${title} ...`);
    const after = () => duration(performance.now() - started);
    // Lines of other steps may stand between it and its title.
    const tell = (what: string) => say(`  ${what} ${after()}${self.isAlone ? "" : `: ${title}`}`);
    const end = show(() => [`${title} (${after()})`]);
    const timer = setInterval(() => {
        if (!canShow()) tell("still at it after");
    }, interval);
    try {
        const result = await work();
        end();
        if (canShow()) say(`${title} (${after()})`);
        else tell("done in");
        return result;
    } catch (error) {
        end();
        if (!self.isAlone) tell("not finished after");
        throw error;
    } finally {
        clearInterval(timer);
        open.delete(self);
    }
}

/** A duration in milliseconds for people: `0.4 s`, `15 s`, `4 min 9 s`. */
export function duration(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 10) return `${seconds.toFixed(1)} s`;
    if (seconds < 60) return `${Math.round(seconds)} s`;
    return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
