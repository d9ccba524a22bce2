import { canShow } from "./terminal";

/** How far something is that has an end, as a line of progress tells it. */
export interface Bar {
    /** What the line is about; a later one takes its place. */
    about: string;
    done: number;
    all: number;
    /** The line, with a bar. */
    text: string;
}

/** How many characters a bar has. */
const width = 20;

/** Reads a line of progress such as `a: 120 of 480 slots moved to b`; undefined when it tells of no end. */
export function barOf(line: string): Bar | undefined {
    const [, about = "", done = "", all = "", rest = ""] = /^([^:]+): (\d+) of (\d+) (.*)$/.exec(line) ?? [];
    if (!(Number(all) > 0) || Number(done) > Number(all)) return undefined;
    const full = Math.floor((Number(done) / Number(all)) * width);
    const bar = "█".repeat(full) + "░".repeat(width - full);
    return { about, done: Number(done), all: Number(all), text: `${about}: ${bar} ${done} of ${all} ${rest}` };
}

/** What is on its way to an end, and shown in place. */
export class Bars {
    private readonly open = new Map<string, string>();

    constructor(private readonly inPlace = canShow()) {}

    /** Takes lines, and returns those that are to be printed: all, where nothing is shown in place. */
    after(lines: readonly string[]): string[] {
        return lines.filter((line) => {
            const bar = this.inPlace ? barOf(line) : undefined;
            if (!bar) return true;
            if (bar.done === bar.all) this.open.delete(bar.about);
            else this.open.set(bar.about, bar.text);
            return bar.done === bar.all;
        });
    }

    get texts(): string[] {
        return [...this.open.values()];
    }
}
