import { isDeepStrictEqual } from "node:util";
import { deleteDataWords, endPasswords } from "../../reconcile/report";
import { replacedServers } from "../../reconcile/rollout/planned";
import { type LastCopy, lastCopySentences } from "../../redis/preflight/lastCopies";
import { alone } from "../cli/alone";
import { parse } from "../cli/arguments";
import { ask, canAsk } from "../cli/ask";
import { type Command, type Given, read } from "../cli/options";
import { explain, summary } from "../cli/outcome";
import { type Prepared, prepare } from "../cli/prepare";
import { comparing, general, updating, verbose } from "../cli/pulumiOptions";
import type { Session } from "../cli/session";
import { create } from "../cli/stack";
import { preview, update } from "../operation/compared";
import { failed } from "../operation/failed";
import { loadAhead } from "../operation/operate";
import { isGrave, tellPlan, warn } from "../operation/plan";
import { program } from "../operation/program";
import type { Run } from "../operation/run";
import { repair } from "../repair/repair";
import { print, say } from "../setup/terminal";

export const command: Command = {
    name: "up",
    summary:
        "From whatever state this machine is in to the deployment that the stack file declares, while clients write.",
    options: [
        { names: ["--yes", "-y"], help: "do not ask at a terminal when something is replaced or deleted" },
        {
            names: ["--end-passwords"],
            help: "end old passwords although connections are left that may not know the new ones",
        },
        { names: ["--delete-data"], help: "let servers leave with keys that no other server has" },
        { names: ["--skip-preview"], help: "update at once, without a plan" },
        verbose,
        ...general,
        ...comparing,
        ...updating,
    ],
};

/** `npm run up`: from whatever state a machine is in to a running deployment. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const given = read(command, rest);
    const session = await prepare(stack);
    loadAhead(program);
    return alone(session, async () => (await bringUp(session, given)).code);
}

/** What came of bringing a stack up. */
export interface Brought {
    code: number;
    /** Whether an update was begun. */
    touched: boolean;
}

/** Plans and updates a stack, and says how that ended. */
export async function bringUp(session: Prepared, given: Given): Promise<Brought> {
    if (given.has("--end-passwords")) session.env[endPasswords] = "true";
    // What is wrong with the stack file is said before anything is mended.
    if (!session.configuration.isSound || !(await repair(session))) await create(session);
    let done = await attempt(session, given);
    const { copies } = done.last.told;
    if (done.last.code !== 0 && copies.length > 0 && (given.has("--delete-data") || (await mayGo(copies)))) {
        allow(session, copies);
        done = await attempt(session, given);
    }
    const { plan, updated, last } = done;
    const touched = updated !== undefined;
    if (done.declined) {
        say("\nNothing was changed.");
        return { code: 1, touched };
    }
    if (last.code !== 0) {
        say(`\n${failed(session, last)}`);
        return { code: last.code, touched };
    }
    const { none, outputs, before } = last.changes;
    const whole = performance.now();
    const phases = { whole, plan: plan?.took, update: updated?.took, convergence: updated?.converged };
    print(`\n${summary(session.stack, outputs, none ? { whole } : phases)}`);
    if (none || !isDeepStrictEqual(outputs.connect, before.connect)) explain(outputs, session.stack);
    // The update has done all that was declared: what is missing is memory or a disk, or that somebody deletes something.
    for (const sentence of last.told.refusals) say(`\nBeware: ${sentence}.`);
    for (const sentence of last.told.draining) say(`\n${sentence}.`);
    return { code: 0, touched };
}

/** A plan and its update, or what came of them so far. */
interface Attempt {
    plan?: Run;
    updated?: Run;
    /** Whichever was the last. */
    last: Run;
    /** Whether somebody was asked, and did not want it. */
    declined?: boolean;
}

/** Looks what there is to do, tells it, and does it. The update knows the plan: whose containers Pulumi will replace. */
async function attempt(session: Prepared, given: Given): Promise<Attempt> {
    const isVerbose = given.has("--verbose");
    let plan: Run | undefined;
    if (!given.has("--skip-preview")) {
        const ofUpdates = updating.flatMap(({ names }) => names);
        plan = await preview(
            session,
            given.passed.filter((flag) => !ofUpdates.includes(flag)),
            isVerbose,
        );
        if (plan.code !== 0) return { plan, last: plan };
        tellPlan(session, plan, isVerbose);
        if (plan.changes.none) return { plan, last: plan };
        if (isGrave(plan.changes.all) && !given.has("--yes") && !(await wanted()))
            return { plan, last: plan, declined: true };
        session.env[replacedServers] = JSON.stringify(plan.changes.replacedServers);
        print(`\nUpdating the stack ${session.stack}:`);
    }
    const updated = await update(session, given.passed, isVerbose);
    if (!isVerbose) warn(updated, plan);
    return { plan, updated, last: updated };
}

/** Asks whether a plan that replaces or deletes is wanted. Nobody is asked where nobody can answer. */
async function wanted(): Promise<boolean> {
    if (!canAsk()) return true;
    return /^y(es)?$/i.test(await ask("\nDo this? y to go on, anything else to leave all as it is: "));
}

/** Lets servers leave with their keys in the updates of this session: those that were named to the user, and no others. */
function allow({ env }: Session, copies: LastCopy[]): void {
    env[deleteDataWords] = JSON.stringify(copies.map(({ word }) => word));
}

/** Asks whether keys may be deleted of which there is no other copy. Nobody is asked where nobody can answer. */
async function mayGo(copies: LastCopy[]): Promise<boolean> {
    if (!canAsk()) return false;
    const lines = lastCopySentences(copies, "they are deleted with it").map((line) => `  ${line}`);
    const question = ["", ...lines, "Type delete to go on, anything else to leave all as it is: "].join("\n");
    return (await ask(question)) === "delete";
}
