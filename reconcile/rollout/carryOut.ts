/** Work whose decisions are pure code: each thing that it does is a promise that it hands out. */
export type Work<T = void> = Generator<Promise<unknown>, T>;

/** Carries work out: it goes on with what each promise brings, or with its error. */
export async function carryOut<T>(work: Work<T>): Promise<T> {
    let step = work.next();
    while (!step.done) {
        const goOn = await step.value.then(
            (value) => () => work.next(value),
            (error) => () => work.throw(error),
        );
        step = goOn();
    }
    return step.value;
}

/** Work that waits for one promise. */
export function* awaited<T>(promise: Promise<T>): Work<T> {
    return (yield promise) as T;
}
