import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What is measured, in the order in which pages have it. */
export const measures = ["up", "first", "first-hosts", "change", "upgrade-hosts", "down", "status", "policy"] as const;
export type Measure = (typeof measures)[number];

/** One command that ran once. */
export interface Sample {
    /** When the run of `npm run bench` began that it is of. */
    session: string;
    /** How many processes ran or waited for a processor then, as the system has it for the last minute. */
    load: number;
    tool: string;
    /** The tool's version, or the commit of a checkout. */
    version: string;
    measure: Measure;
    nodes: number;
    milliseconds: number;
    /** How many lines it printed. */
    lines?: number;
    /** The longest time that one of several writers was without an acknowledged write, in milliseconds. */
    pause?: number;
    /** What their clients threw, each message once. */
    errors?: string[];
}

/** All samples of one command, from one run of `npm run bench`. */
export interface Cell {
    tool: string;
    version: string;
    session: string;
    load: number;
    measure: Measure;
    nodes: number;
    milliseconds: number[];
    lines: number[];
    pauses: number[];
    errors: string[];
}

const file = join(__dirname, "..", "..", "docs", "performance", "results.jsonl");

export function append(sample: Sample): void {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, `${JSON.stringify(sample)}\n`);
}

export function readResults(): Sample[] {
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line));
}

/** The samples by command; of each command those of the latest run that has it. */
export function cellsOf(samples: readonly Sample[]): Cell[] {
    const cells = new Map<string, Cell>();
    for (const { milliseconds, lines, pause, errors = [], ...of } of samples) {
        const key = [of.measure, of.nodes, of.tool].join(" ");
        const known = cells.get(key);
        if (known && known.session > of.session) continue;
        const cell =
            known?.session === of.session ? known : { ...of, milliseconds: [], lines: [], pauses: [], errors: [] };
        cell.milliseconds.push(milliseconds);
        if (lines !== undefined) cell.lines.push(lines);
        if (pause !== undefined) cell.pauses.push(pause);
        cell.errors = [...new Set([...cell.errors, ...errors])];
        cells.set(key, cell);
    }
    return [...cells.values()];
}
