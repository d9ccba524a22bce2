import type { Fault, Shape, Trace } from "../actions";
import { allPairs, pairOf } from "../actions";
import { Random, seedOf } from "../random";
import { shrunk, smallerThan } from "../shrink";
import { changesInMemory, generate } from "./generate";
import { run } from "./sequence";

/** The shapes that there are in memory. */
export const shapesInMemory: readonly Shape[] = ["star", "chain", "sentinel", "cluster"];

/** How often there is one of each: those of a cluster take ten times as long. */
const shapeOf = (number: number): Shape => {
    if (number % 32 === 31) return "cluster";
    if (number % 16 === 7) return "sentinel";
    return number % 2 === 0 ? "star" : "chain";
};

/** Runs of a failing sequence after which it is small enough. */
const mostTries = 3_000;

/** What one sequence is: what is tried, and by which schedule. */
export interface Case {
    trace: Trace;
    schedule: number;
}

/** Which sequences are tried. */
export interface Campaign {
    seed: number;
    /** The number of the first. */
    from: number;
    count: number;
    /** What goes wrong in them, and the shape that they are of, where that is not everything. */
    faults?: readonly Fault["kind"][];
    shape?: Shape;
}

/** A sequence that broke a promise. */
export interface Found {
    number: number;
    /** The same failure with as little as possible, as far as that was looked for. */
    smallest: Case;
    /** What was broken, and what happened before. */
    message: string;
}

/** What one of many sequences is: its number and the seed are all that is needed to try it again. */
export function caseAt(seed: number, number: number, faults?: readonly Fault["kind"][], shape?: Shape): Case {
    const own = seedOf(seed, number);
    return { trace: generate(new Random(own), shape ?? shapeOf(number), faults), schedule: own };
}

/** Tries sequences until one fails; undefined when none does. */
export function firstFailing({ seed, from, count, faults, shape }: Campaign): Found | undefined {
    for (let number = from; number < from + count; number++) {
        const first = caseAt(seed, number, faults, shape);
        const message = failureOf(first);
        if (message !== undefined) return { number, smallest: first, message };
    }
    return undefined;
}

/** The same with as little as possible in what fails. */
export async function search(campaign: Campaign): Promise<Found | undefined> {
    const found = firstFailing(campaign);
    if (!found) return undefined;
    const wanted = broken(found.message);
    let tries = 0;
    const fails = (one: Case) => broken(failureOf(one)) === wanted;
    const smallest = await shrunk(found.smallest, smallerCases, fails, () => ++tries > mostTries);
    return { ...found, smallest, message: failureOf(smallest) ?? "" };
}

/** What is left open is decided anew by each schedule: a smaller trace may need another one. */
function* smallerCases({ trace, schedule }: Case): Generator<Case> {
    for (const smaller of smallerThan(trace)) {
        for (const one of [schedule, 0, 1, 2, 3, 4, 5]) yield { trace: smaller, schedule: one };
    }
    if (schedule < 0 || schedule > 20) for (let one = 0; one <= 20; one++) yield { trace, schedule: one };
}

/** What a sequence fails with; undefined when it does not. */
export function failureOf({ trace, schedule }: Case): string | undefined {
    try {
        run(trace, schedule);
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}

/** What was broken, without the names of writes and servers. */
function broken(message: string | undefined): string | undefined {
    const [line] = message?.split("\n") ?? [];
    return line?.replace(/w\d+( w\d+)*/g, "writes").replace(/\b[a-g](,[a-g])*\b/g, "servers");
}

/** Pairs of a change and a fault that sequences with these numbers do not try. */
export function untried(seed: number, from: number, count: number): string[] {
    const missing = new Set<string>(
        allPairs().filter((pair) => changesInMemory.some((change) => pair.startsWith(`${change} `))),
    );
    for (let number = from; number < from + count && missing.size > 0; number++) {
        const { shape, actions }: Trace = caseAt(seed, number).trace;
        for (const action of actions) missing.delete(pairOf(shape, action));
    }
    return [...missing];
}
