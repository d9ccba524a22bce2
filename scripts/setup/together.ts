import { AsyncLocalStorage } from "node:async_hooks";

/** Fires when the work that one belongs to is to end, because another beside it has failed. */
const ending = new AsyncLocalStorage<AbortSignal>();
/** For what has nothing beside it. */
const never = new AbortController().signal;

/**
 * Does works beside one another, and returns what each returns. When one fails, the others are ended, and waited for; then its
 * failure is thrown.
 */
export async function together<T extends (() => Promise<unknown>)[]>(
    ...works: T
): Promise<{ [Index in keyof T]: Awaited<ReturnType<T[Index]>> }> {
    const failure = new AbortController();
    const outer = endSignal();
    const end = () => failure.abort(outer.reason);
    if (outer.aborted) end();
    outer.addEventListener("abort", end);
    const begun = ending.run(failure.signal, () =>
        works.map(async (work) => {
            try {
                return await work();
            } catch (error) {
                // The first reason stays: what ends because of it is no other failure.
                failure.abort(error);
                throw error;
            }
        }),
    );
    await Promise.allSettled(begun);
    outer.removeEventListener("abort", end);
    failure.signal.throwIfAborted();
    return (await Promise.all(begun)) as never;
}

/** Fires when the work that is being done here is to end. */
export function endSignal(): AbortSignal {
    return ending.getStore() ?? never;
}

/** Waits for what cannot be ended by itself, until the work that is being done here is to end. It goes with this process. */
export async function unlessEnded<T>(waiting: Promise<T>): Promise<T> {
    const signal = endSignal();
    signal.throwIfAborted();
    let end = () => {};
    const ended = new Promise<never>((_, reject) => {
        end = () => reject(signal.reason);
        signal.addEventListener("abort", end);
    });
    try {
        return await Promise.race([waiting, ended]);
    } finally {
        signal.removeEventListener("abort", end);
    }
}

/** Does what must not be broken off: it comes to its end whatever happens beside it. */
export function toTheEnd<T>(work: () => Promise<T>): Promise<T> {
    return ending.run(never, work);
}
