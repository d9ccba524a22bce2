import { still } from "../redis/plan/movement";

/** It says something at least this often, in milliseconds. */
const silent = 10_000;
/** The longest line about what is waited for, in characters. */
const longest = 300;

/** Decides when to give up, and when to say what is waited for. */
export class Patience {
    private movedAt: number;
    private saidAt: number;
    private waitingSince: number;

    /** @param now milliseconds of a clock */
    constructor(private readonly now: () => number = Date.now) {
        this.movedAt = this.saidAt = this.waitingSince = now();
    }

    /** Something has moved. */
    moved(): void {
        this.movedAt = this.now();
    }

    /** Something was said. */
    said(): void {
        this.saidAt = this.waitingSince = this.now();
    }

    /** Whether nothing has moved for too long. */
    get isOver(): boolean {
        return this.now() - this.movedAt >= still;
    }

    /** One line about what is waited for, when nothing was said for a while. */
    reminder(expectations: string[]): string | undefined {
        if (this.now() - this.saidAt < silent) return undefined;
        this.saidAt = this.now();
        const seconds = Math.round((this.now() - this.waitingSince) / 1000);
        const [first = "for servers to be looked at", ...rest] = expectations;
        const more = rest.length > 0 ? ` (and ${rest.length} more)` : "";
        return `still waiting, ${seconds} s: ${shortened(first, longest - more.length)}${more}`;
    }
}

function shortened(text: string, length: number): string {
    const line = text.replaceAll(/\s+/g, " ");
    return line.length <= length ? line : `${line.slice(0, length - 3)}...`;
}
