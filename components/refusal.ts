import * as pulumi from "@pulumi/pulumi";
import { describeProblem, type Problem } from "../redis/declaration/problem";
import { ignoreLateHandling } from "./sdk";

/** Ends the program with one error that names everything wrong, if anything is. */
export function refuse(subject: string, problems: Problem[]): void {
    if (problems.length === 0) return;
    const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
    const error = failure([`${subject} cannot be used as it is; nothing was touched.`, ...lines].join("\n"));
    // Outputs that wait for the deployment fail with it.
    ignoreLateHandling();
    throw error;
}

/** An error for a reader. It has no use for a trace, and working one out from source maps takes half a minute. */
export function failure(message: string): Error {
    const error = new pulumi.RunError(message);
    error.stack = error.message;
    return error;
}
