import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Trace } from "./actions";
import type { Window } from "./losses";

/** What one sequence has shown, a line of a campaign's record. */
export interface Line {
    number: number;
    commit: string;
    trace: Trace;
    windows: Window[];
    problems: string[];
    /** How long it took, in milliseconds. */
    took: number;
}

/** What a campaign has shown so far: a file to which each sequence adds a line, so that it goes on where it was ended. */
export class Record {
    readonly lines: Line[];

    constructor(private readonly path: string) {
        this.lines = existsSync(path)
            ? readFileSync(path, "utf8")
                  .split("\n")
                  .flatMap((line) => parsed(line))
            : [];
    }

    /** Whether a sequence was tried, and all was well the last time. */
    has(number: number): boolean {
        return this.lines.findLast((line) => line.number === number)?.problems.length === 0;
    }

    add(line: Line): void {
        this.lines.push(line);
        mkdirSync(dirname(this.path), { recursive: true });
        appendFileSync(this.path, `${JSON.stringify(line)}\n`);
    }
}

/** A campaign may have been killed in the middle of a line. */
function parsed(line: string): Line[] {
    try {
        return line ? [JSON.parse(line) as Line] : [];
    } catch {
        return [];
    }
}
