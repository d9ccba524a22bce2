/** What the Engine answered when it refused a request. */
interface EngineError extends Error {
    statusCode?: number;
    json?: { message?: string };
}

/** Whether the Engine answered with one of these HTTP status codes. */
export function hasStatus(error: unknown, ...codes: number[]): boolean {
    return error instanceof Error && codes.includes((error as EngineError).statusCode ?? 0);
}

/** The Engine's own words. */
export function reason(error: unknown): string {
    if (!(error instanceof Error)) {
        return String(error);
    }
    return (error as EngineError).json?.message ?? error.message;
}

/** Says what failed before why. */
export async function attempt<T>(what: string, work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw Object.assign(new Error(`${what}: ${reason(error)}`), { statusCode: (error as EngineError).statusCode });
    }
}

/** What the Engine answers, or nothing if it has no such thing. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
    try {
        return await work;
    } catch (error) {
        if (hasStatus(error, 404)) {
            return undefined;
        }
        throw error;
    }
}

/** Repeats what the Engine refuses only because something else is about to let go of it. */
export async function retryWhile(text: string, work: () => Promise<unknown>, timeout = 30_000): Promise<void> {
    const deadline = Date.now() + timeout;
    for (;;) {
        try {
            await work();
            return;
        } catch (error) {
            if (!reason(error).includes(text) || Date.now() > deadline) {
                throw error;
            }
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}
