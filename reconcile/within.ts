import { setTimeout as sleep } from "node:timers/promises";

/** The result of `work`, or an error when it takes longer than so many milliseconds. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
    const ended = new AbortController();
    const late = sleep(milliseconds, undefined, { signal: ended.signal }).then(() => {
        throw new Error(`no answer within ${milliseconds / 1000} s`);
    });
    try {
        return await Promise.race([work, late]);
    } finally {
        late.catch(() => {});
        ended.abort();
    }
}
