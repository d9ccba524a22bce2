import { setTimeout as sleep } from "node:timers/promises";
import { lastLines, type Outcome } from "../setup/processes";

/**
 * What the CLI says when it reads a file that another process is just writing. Its file backend truncates the companion
 * (`*.attrs`) of a file and then fills it, at every step of an update; who reads in between finds it empty.
 */
const words = /\bEOF\b|unexpected end of JSON input|corrupt store: missing version/;

/** How often a command is tried, and how long to wait in between, in milliseconds. */
const tries = 10;
const pause = 200;

/** Runs a command that only reads until it meets no file that is just being written; bounded, and then what it said last. */
export async function untilWhole(command: () => Promise<Outcome>, wait = pause): Promise<Outcome> {
    for (let tried = 1; ; tried++) {
        const outcome = await command();
        if (!isHalfWritten(outcome) || tried === tries) return outcome;
        await sleep(wait);
    }
}

/** Whether a command failed because it met a file that is not whole. */
export function isHalfWritten({ code, stderr }: Outcome): boolean {
    return code !== 0 && words.test(stderr);
}

/** What to do about a stack whose state stays unreadable. `where` is the backend, as text. */
export function notWhole(stack: string, where: string, outcome: Outcome): string {
    return (
        `The state of the stack ${stack} cannot be read: a file of the backend ${where} is empty or cut off, and did not ` +
        "become whole within several seconds. If another Pulumi is at work there, wait until it has ended and try again. " +
        "Else it was killed, or the disk was full, while it wrote: the state before that lies beside the stack's file " +
        `with .bak at the end of its name, to be put in its place.\n${lastLines(outcome.stderr, 5)}`
    );
}
