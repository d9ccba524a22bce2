/** Prints the median, the extremes and the number of each way's times, which are in milliseconds. */
export function report(what: string, times: Record<string, number[]>): void {
    for (const [how, values] of Object.entries(times)) {
        const sorted = [...values].sort((a, b) => a - b);
        const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
        const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
        const seconds = (time: number) => (time / 1000).toFixed(2);
        console.log(`${what}: ${how} ${seconds(median)} s [${seconds(least)}-${seconds(most)}], n=${values.length}`);
    }
}
