/** The work of a plugin that is being done. */
export class Work {
    private running = 0;
    private waiting: (() => void)[] = [];

    /** Does some of it. */
    async until<T>(work: () => Promise<T>): Promise<T> {
        this.running++;
        try {
            return await work();
        } finally {
            this.running--;
            if (this.running === 0) for (const done of this.waiting.splice(0)) done();
        }
    }

    /** Waits until nothing is being done. */
    idle(): Promise<void> {
        return this.running === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
    }
}

/**
 * Ends this process when the engine is gone, also by SIGKILL: the engine holds the other end of our standard input as
 * long as it lives. What is being done is finished first, so that nothing is left half made.
 */
export function endWithEngine(work: Work, onOrphaned?: () => void): void {
    const gone = () => {
        onOrphaned?.();
        work.idle().then(() => process.exit(0));
    };
    process.stdin.once("error", gone);
    process.stdin.once("end", gone);
    process.stdin.resume();
}
