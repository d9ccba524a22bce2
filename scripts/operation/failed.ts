import type { Session } from "../cli/session";
import { inUse } from "../repair/repair";
import { lastLines } from "../setup/processes";
import { duration } from "../setup/progress";
import type { Run } from "./run";

/** Why a command on a stack did not do all, each cause once, and what to do. */
export function failed(session: Session, run: Run, what = "update", again = "npm run up"): string {
    const { told, problems, output, took, interrupted } = run;
    const next = `the next \`${again}\` goes on from where it stands.`;
    if (interrupted) return `Stopped after ${duration(took)}, before everything was done: ${next}`;
    const causes = told.failures.length > 0 ? told.failures : problems.errors;
    const busy =
        causes.length === 0 || causes.some((cause) => /currently locked/.test(cause)) ? inUse(session) : undefined;
    if (busy) return busy;
    const said = causes.length > 0 ? causes : [lastLines(output, 15)];
    return [
        `This ${what} of the stack ${session.stack} has failed (after ${duration(took)}):`,
        "",
        ...said,
        "",
        `When that is mended, ${next}`,
    ].join("\n");
}
