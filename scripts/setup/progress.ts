import { canShow, say, show } from "./terminal";

export { say };

/** How often a long step says that it is still at work, in milliseconds. */
const interval = 15_000;

/** Runs a step that takes a while: says what it does, that it is still at work, and how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    // In place it is told with its time once it is done.
    if (!canShow()) say(`${title} ...`);
    const after = () => duration(performance.now() - started);
    const end = show(() => [`${title} (${after()})`]);
    const timer = setInterval(() => {
        if (!canShow()) say(`  still at it after ${after()}`);
    }, interval);
    try {
        const result = await work();
        end();
        say(canShow() ? `${title} (${after()})` : `  done in ${after()}`);
        return result;
    } finally {
        clearInterval(timer);
        end();
    }
}

/** A duration in milliseconds for people: `0.4 s`, `15 s`, `4 min 9 s`. */
export function duration(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 10) return `${seconds.toFixed(1)} s`;
    if (seconds < 60) return `${Math.round(seconds)} s`;
    return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
