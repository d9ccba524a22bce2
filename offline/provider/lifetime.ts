let running = 0;
let orphaned = false;

/**
 * Ends this process when the engine is gone, also by SIGKILL: the engine holds the other end of our standard input as
 * long as it lives. What is being done is finished first, so that nothing is left half made.
 */
export function endWithEngine(onOrphaned?: () => void): void {
    const gone = () => {
        orphaned = true;
        onOrphaned?.();
        exitWhenIdle();
    };
    process.stdin.once("error", gone);
    process.stdin.once("end", gone);
    process.stdin.resume();
}

/** Keeps this process alive until the work is done. */
export async function untilDone<T>(work: () => Promise<T>): Promise<T> {
    running++;
    try {
        return await work();
    } finally {
        running--;
        exitWhenIdle();
    }
}

function exitWhenIdle(): void {
    if (orphaned && running === 0) {
        process.exit(0);
    }
}
