import { describeProblem, type Problem } from "../declaration/problem";

/** What is not as declared and comes by itself. */
export type Waiting =
    /** What is expected of a node, and what is seen instead where that says more. */
    | { node: string; expected: string; seen?: string }
    /** What a node does, or is, until then. */
    | { node: string; state: string };

/** What is waited for, in a sentence. */
export function describeWaiting(waiting: Waiting): string {
    return describeProblem(asProblem(waiting));
}

/** The same as a problem, for what no waiting ends. */
export function asProblem(waiting: Waiting): Problem {
    if ("state" in waiting) return { path: waiting.node, message: waiting.state };
    const { node, expected, seen } = waiting;
    return { path: node, message: seen === undefined ? `expected ${expected}` : `expected ${expected}, seen ${seen}` };
}
