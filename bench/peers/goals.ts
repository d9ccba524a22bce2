import type { Cell, Measure } from "./results";

/** What should be reached, and what it was when the goals were set. */
export interface Goal {
    what: string;
    measure: Measure;
    nodes: number;
    /** Which of its values: seconds, lines printed, or the longest pause of writers in milliseconds. */
    of: "s" | "lines" | "ms";
    goal: number;
    before?: number;
}

/** The goals, on two idle cores, policies included. */
export const goals: readonly Goal[] = [
    { what: "`npm run up`, nothing to do, 3 nodes", measure: "up", nodes: 3, of: "s", goal: 2, before: 6.7 },
    { what: "the same, 6 nodes", measure: "up", nodes: 6, of: "s", goal: 2.3, before: 7.5 },
    { what: "the same, 30 nodes", measure: "up", nodes: 30, of: "s", goal: 3.5 },
    {
        what: "the first `npm run up`, until usable, 6 nodes",
        measure: "first",
        nodes: 6,
        of: "s",
        goal: 5.5,
        before: 10,
    },
    { what: "the same, 30 nodes", measure: "first", nodes: 30, of: "s", goal: 12, before: 19.2 },
    { what: "the same, 6 nodes over three hosts", measure: "first-hosts", nodes: 6, of: "s", goal: 5, before: 8.7 },
    { what: "upgrade of 3+3 over three hosts", measure: "upgrade-hosts", nodes: 6, of: "s", goal: 8, before: 13.1 },
    {
        what: "the longest pause of writers meanwhile",
        measure: "upgrade-hosts",
        nodes: 6,
        of: "ms",
        goal: 50,
        before: 71,
    },
    { what: "`npm run status`, 3 nodes", measure: "status", nodes: 3, of: "s", goal: 0.5, before: 0.9 },
    { what: "`npm run policy`, all stack files", measure: "policy", nodes: 0, of: "s", goal: 12, before: 37 },
    { what: "lines that it prints", measure: "policy", nodes: 0, of: "lines", goal: 60, before: 654 },
    { what: "`npm run down`, 6 nodes", measure: "down", nodes: 6, of: "s", goal: 2, before: 2.6 },
    { what: "the same, 30 nodes", measure: "down", nodes: 30, of: "s", goal: 5 },
    {
        what: "lines of `npm run up`, 3 nodes, nothing to do",
        measure: "up",
        nodes: 3,
        of: "lines",
        goal: 10,
        before: 247,
    },
    { what: "the same, a setting changed", measure: "change", nodes: 3, of: "lines", goal: 20, before: 290 },
    { what: "the same, the first", measure: "first", nodes: 3, of: "lines", goal: 30, before: 165 },
];

/** The values of a cell that a goal is about. */
export function valuesOf(cell: Cell, of: Goal["of"]): number[] {
    if (of === "lines") return cell.lines;
    return of === "ms" ? cell.pauses : cell.milliseconds.map((value) => value / 1000);
}
