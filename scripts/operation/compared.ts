import { completed } from "../cli/passThrough";
import type { Session } from "../cli/session";
import { startPack } from "./pack";
import { program } from "./program";
import { type Run, run } from "./run";

/** Compares a stack file with what runs, with policies. Nothing is touched. */
export async function preview(session: Session, passed: string[], verbose: boolean): Promise<Run> {
    const args = await completed(["preview", ...flags(session), ...passed], session);
    return run(session, args, { program, verbose, steps: false, what: "comparing what runs with the stack file" });
}

/** Does what a stack file says, with policies, without a preview. */
export async function update(session: Session, passed: string[], verbose: boolean): Promise<Run> {
    const args = await completed(["up", "--yes", "--skip-preview", ...flags(session), ...passed], session);
    return run(session, args, { program, verbose, steps: true, what: "looking at hosts and servers" });
}

function flags({ stack }: Session): string[] {
    // --refresh notices what was removed or stopped by hand. How to connect is said at the end; of a failed update Pulumi
    // would show every output as deleted.
    const flags = ["--refresh", "--suppress-outputs", "--stack", stack];
    const pack = startPack();
    if (pack) flags.push("--policy-pack", pack);
    return flags;
}
