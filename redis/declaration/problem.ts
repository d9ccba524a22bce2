/** One thing wrong with what the user declared. */
export interface Problem {
    /** Where: `nodes[1].port`. */
    path: string;
    /** What is wrong and what would do, in one sentence. */
    message: string;
}

/** A problem in a sentence. */
export const describeProblem = ({ path, message }: Problem): string => `${path}: ${message}`;
