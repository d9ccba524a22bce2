import { isOwnFault } from "../redis/plan/faults";

/** Pause after something has failed, in milliseconds. */
export const retryPause = 500;

/** What is tried: a sentence that begins with the node which it is about, where there is one. */
export interface Trial {
    node?: string;
    sentence: string;
}

/** What failed and is tried again: how often, and why the last time. */
export class Attempts {
    private readonly known = new Set<string>();
    private readonly failures = new Map<string, Trial & { tries: number; cause: string }>();

    /**
     * Takes a try that failed. True when it is the first one ever to fail.
     * @param key what was tried, the same each time
     */
    failed(key: string, trial: Trial, error: unknown): boolean {
        const tries = (this.failures.get(key)?.tries ?? 0) + 1;
        this.failures.set(key, { ...trial, tries, cause: (error as Error).message });
        const first = !this.known.has(key);
        this.known.add(key);
        return first;
    }

    succeeded(key: string): void {
        this.failures.delete(key);
    }

    /** Forgets what is wanted no more. */
    keep(wanted: string[]): void {
        for (const key of this.failures.keys()) if (!wanted.includes(key)) this.failures.delete(key);
    }

    /** Whether something has not succeeded since it failed. */
    has(key: string): boolean {
        return this.failures.has(key);
    }

    /** What has not succeeded since it failed, with how often it was tried and the last cause. */
    get left(): Trial[] {
        return [...this.failures.values()].map(({ node, sentence, tries, cause }) => {
            const often = tries === 1 ? "once" : `${tries} times`;
            return { node, sentence: `${sentence}: tried ${often}, the last time it failed with: ${cause}` };
        });
    }

    /** The same, each in a sentence. */
    get sentences(): string[] {
        return this.left.map(({ sentence }) => sentence);
    }
}

/** What a server says of a command or a value that is wrong, and will say again. */
const refusals =
    /^(NOPERM|NOAUTH|WRONGPASS|WRONGTYPE|ERR (unknown (command|subcommand|option)|unsupported|wrong number|syntax|invalid|value |CONFIG SET failed|.*ACL))/i;
/** What will be the same the next time, whatever else changes. */
export class Final extends Error {}

/** Whether an error may be none the next time: all but what is final, what a server refuses for good, and our own faults. */
export function canPass(error: unknown): boolean {
    if (error instanceof Final || isOwnFault(error)) return false;
    const { name, message } = error as Error;
    return !(name === "ReplyError" && refusals.test(message));
}
