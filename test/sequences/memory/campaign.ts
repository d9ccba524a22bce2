import type { Fault, Shape, Trace } from "../actions";
import { allPairs, pairOf } from "../actions";
import { generate } from "./generate";
import { Random, seedOf } from "./random";
import { run } from "./sequence";
import { type Case, shrink } from "./shrink";

/** The shapes that there are in memory. */
export const shapesInMemory: readonly Shape[] = ["star", "chain", "sentinel", "cluster"];

/** How often there is one of each: those of a cluster take ten times as long. */
const shapeOf = (number: number): Shape => {
    if (number % 32 === 31) return "cluster";
    if (number % 16 === 7) return "sentinel";
    return number % 2 === 0 ? "star" : "chain";
};

/** A sequence that broke a promise. */
export interface Found {
    number: number;
    /** The same failure with as little as possible. */
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
export function search(
    seed: number,
    from: number,
    count: number,
    faults?: readonly Fault["kind"][],
    shape?: Shape,
): Found | undefined {
    for (let number = from; number < from + count; number++) {
        const first = caseAt(seed, number, faults, shape);
        if (failureOf(first) === undefined) continue;
        const smallest = shrink(first, (one) => broken(failureOf(one)));
        return { number, smallest, message: failureOf(smallest) ?? "" };
    }
    return undefined;
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
        allPairs().filter((pair) => shapesInMemory.some((shape) => pair.endsWith(`(${shape})`))),
    );
    for (let number = from; number < from + count && missing.size > 0; number++) {
        const { shape, actions }: Trace = caseAt(seed, number).trace;
        for (const action of actions) missing.delete(pairOf(shape, action));
    }
    return [...missing];
}
