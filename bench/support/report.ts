/** Prints the median, the extremes and the number of each way's times, which are in milliseconds. */
export function report(what: string, times: Record<string, number[]>): void {
    for (const [how, values] of Object.entries(times)) {
        console.log(`${what}: ${how} ${seconds(values)}, n=${values.length}`);
    }
}

/** The median of times in milliseconds, with the least and the most, in seconds. */
export function seconds(milliseconds: readonly number[]): string {
    const inSeconds = (time: number) => (time / 1000).toFixed(2);
    const [least, most] = [Math.min(...milliseconds), Math.max(...milliseconds)];
    return `${inSeconds(median(milliseconds))} s [${inSeconds(least)}-${inSeconds(most)}]`;
}

/** The middle one of some values, the upper of two. */
export function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
