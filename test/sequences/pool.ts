/** Does pieces of work, so many at a time, in their order; each promise is that of one piece. */
export function inTurns<T>(work: (() => Promise<T>)[], atATime: number): Promise<T>[] {
    const begin: (() => void)[] = [];
    const promises = work.map(
        (piece) =>
            new Promise<T>((resolve, reject) => {
                begin.push(() => {
                    piece()
                        .then(resolve, reject)
                        .finally(() => begin.shift()?.());
                });
            }),
    );
    // Whoever asks for a piece later learns of its failure then.
    for (const promise of promises) promise.catch(() => undefined);
    for (let running = 0; running < atATime; running++) begin.shift()?.();
    return promises;
}
