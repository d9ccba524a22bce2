/** How often a long step says that it is still at work, in milliseconds. */
const interval = 15_000;

/** Says something about the set-up. On stderr, so that a command's own output can be piped. */
export function say(text: string): void {
    console.error(text);
}

/** Runs a step that takes a while: says what it does, that it is still at work, and how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    say(`${title} ...`);
    const timer = setInterval(() => say(`  still at it after ${duration(performance.now() - started)}`), interval);
    try {
        const result = await work();
        say(`  done in ${duration(performance.now() - started)}`);
        return result;
    } finally {
        clearInterval(timer);
    }
}

/** A duration in milliseconds for people: `0.4 s`, `15 s`, `4 min 9 s`. */
export function duration(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 10) return `${seconds.toFixed(1)} s`;
    if (seconds < 60) return `${Math.round(seconds)} s`;
    return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
