import { deleteDataWords, report } from "../reconcile/report";
import type { Problem } from "../redis/declaration/arguments";
import type { Model } from "../redis/model/model";
import { type LastCopy, lastCopyProblems } from "../redis/preflight/lastCopies";

/** Which last copies of keys the user has not said may go: in the stack file, or in answer to `npm run up`. */
export function refusedCopies(model: Model, copies: LastCopy[], declared: string[] = []): Problem[] {
    const answered: string[] = JSON.parse(process.env[deleteDataWords] || "[]");
    const problems = lastCopyProblems(model, copies, [...declared, ...answered]);
    if (problems.length > 0) report({ kind: "lastCopies", copies });
    return problems;
}
