import { allPairs, canChange, changeKinds, faultKinds, type Pair, pairOf, shapes } from "./actions";
import { isPlanned, type Window } from "./losses";
import type { Line } from "./record";

/** How often each pair of a change and a fault was tried: only where the fault struck. */
export function coverage(lines: readonly Line[]): Map<Pair, number> {
    const counts = new Map<Pair, number>(allPairs().map((pair) => [pair, 0]));
    for (const { shape, action, struck } of lines.flatMap(({ windows }) => windows)) {
        if (action.fault && struck === undefined) continue;
        const pair = pairOf(shape, action);
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    return counts;
}

export function untried(lines: readonly Line[]): Pair[] {
    return [...coverage(lines)].flatMap(([pair, count]) => (count === 0 ? [pair] : []));
}

/**
 * What a campaign has shown, as a page of docs/.
 *
 * @param all what each try has shown; of a sequence that was tried again the last one counts
 */
export function page(world: string, all: readonly Line[], seed: number): string {
    const lines = latest(all);
    const windows = lines.flatMap((line) => line.windows);
    const planned = windows.filter(({ shape, action }) => isPlanned(shape, action.fault));
    const unplanned = windows.filter((window) => !planned.includes(window));
    const commits = [...new Set(lines.map(({ commit }) => commit))].join(", ");
    const failed = lines.filter(({ problems }) => problems.length > 0);
    const again = lines
        .filter(
            ({ number, problems }) =>
                problems.length === 0 && all.some((one) => one.number === number && one.problems.length > 0),
        )
        .map(({ number }) => number);
    return [
        `## ${world}`,
        "",
        `Seed ${seed}, commit ${commits}: ${lines.length} sequences, ${windows.length} updates with ${sum(windows, written)} acknowledged writes.`,
        "",
        "| windows | updates | acknowledged writes | lost | longest pause |",
        "| --- | --- | --- | --- | --- |",
        row("with planned changes only", planned),
        row("with an unplanned fault", unplanned),
        "",
        ...(failed.length === 0
            ? ["No sequence has failed."]
            : [
                  "Sequences that have failed:",
                  "",
                  ...failed.map(({ number, problems }) => `- ${number}: ${problems[0]?.split("\n")[0]}`),
              ]),
        ...(again.length === 0
            ? []
            : [
                  "",
                  `Failed before, and passed when they were tried again after what they found was mended: ${again.join(", ")}.`,
              ]),
        "",
        ...shapes.flatMap((shape) => table(shape, coverage(lines))),
    ].join("\n");
}

/** What each sequence has shown the last time, in the order of their numbers. */
export function latest(lines: readonly Line[]): Line[] {
    const byNumber = new Map(lines.map((line) => [line.number, line]));
    return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

const written = ({ from, to }: Window): number => Math.max(0, to - from);

function sum(windows: readonly Window[], of: (window: Window) => number): number {
    return windows.reduce((total, window) => total + of(window), 0);
}

function row(title: string, windows: readonly Window[]): string {
    const longest = Math.max(0, ...windows.map(({ gap }) => gap));
    return `| ${title} | ${windows.length} | ${sum(windows, written)} | ${sum(windows, ({ lost }) => lost)} | ${(longest / 1000).toFixed(1)} s |`;
}

function table(shape: (typeof shapes)[number], counts: ReadonlyMap<Pair, number>): string[] {
    const faults = ["none", ...faultKinds] as const;
    const rows = changeKinds
        .filter((kind) => canChange(shape, kind))
        .map((change) => {
            const cells = faults.map((fault) => counts.get(`${change} x ${fault} (${shape})`) ?? 0);
            return `| ${change} | ${cells.join(" | ")} |`;
        });
    return [`### ${shape}`, "", `| | ${faults.join(" | ")} |`, `| --- |${" --- |".repeat(faults.length)}`, ...rows, ""];
}
