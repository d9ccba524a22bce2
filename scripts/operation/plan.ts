import { nodesOf } from "../cli/configuration";
import type { Prepared } from "../cli/prepare";
import { print } from "../setup/terminal";
import { planWords } from "./planWords";
import type { Run } from "./run";

export { isGrave } from "./planWords";

/** What a preview found to do, a line each. */
export function planLines({ configuration }: Prepared, { changes, told }: Run): string[] {
    if (changes.none) return [];
    const lines = planWords(changes.all, told.plan, nodesOf(configuration), changes.drained);
    return lines.length > 0 ? lines : ["nothing on the hosts; only what Pulumi remembers of them changes"];
}

/** Prints what a preview found to do, in the order in which it happens, and what else a person should know, which Pulumi says itself when verbose. */
export function tellPlan(session: Prepared, preview: Run, verbose: boolean): void {
    const lines = planLines(session, preview);
    if (lines.length > 0) print(`\nThe plan for the stack ${session.stack}:`);
    for (const line of lines) print(`  ${line}`);
    if (!verbose) warn(preview);
}

/** Prints warnings, but those that were there before, and those that are said at the end. */
export function warn({ problems, told }: Run, before?: Run): void {
    for (const warning of problems.warningsBeside(before?.problems))
        if (!told.refusals.includes(warning)) print(`warning: ${warning}`);
}
