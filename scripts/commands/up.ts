import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { deleteDataWords } from "../../commands/report";
import { eventLog } from "../../commands/rollout/planned";
import { type LastCopy, lastCopySentences } from "../../redis/lastCopies";
import { alone } from "../cli/alone";
import { parse } from "../cli/arguments";
import { changes, explain } from "../cli/outcome";
import { completed } from "../cli/passThrough";
import { type Prepared, prepare } from "../cli/prepare";
import { type Reported, reported } from "../cli/reported";
import type { Session } from "../cli/session";
import { create } from "../cli/stack";
import { inUse, repair } from "../repair/repair";
import { root } from "../setup/paths";
import { duration, say } from "../setup/progress";

/** Says that in this run servers may leave with the last copy of keys. */
const deleteData = "--delete-data";

/** `npm run up`: from whatever state a machine is in to a running deployment. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const session = await prepare(stack);
    await create(session);
    return alone(session, () => bringUp(session, rest));
}

async function bringUp(session: Prepared, rest: string[]): Promise<number> {
    const { stack } = session;
    await repair(session);
    if (rest.includes(deleteData)) allow(session, await foreseen(session));
    const others = rest.filter((arg) => arg !== deleteData);
    const started = performance.now();
    const update = () => updated(session, others);
    let outcome = await reported(session, update);
    if (outcome.result !== 0 && outcome.copies.length > 0 && (await mayGo(outcome.copies))) {
        allow(session, outcome.copies);
        outcome = await reported(session, update);
    }
    const took = duration(performance.now() - started);
    if (outcome.result !== 0) {
        say(`\n${failed(session, outcome, took)}`);
        return outcome.result;
    }
    const changed = await changes(session);
    say(changed === 0 ? `\nNothing had to change (${took}).` : `\nThe stack ${stack} is up (${took}).`);
    await explain(session);
    // The update has done all that was declared: what is missing is memory or a disk, or that somebody deletes something.
    for (const sentence of outcome.refusals) say(`\nBeware: ${sentence}.`);
    return 0;
}

function flags(stack: string): string[] {
    // --refresh notices what was removed or stopped by hand. How to connect is said at the end; of a failed update Pulumi
    // would show every output as deleted.
    const flags = ["--refresh", "--suppress-outputs", "--stack", stack];
    if (existsSync(join(root, "policies", "PulumiPolicy.yaml"))) flags.push("--policy-pack", "policies");
    return flags;
}

/**
 * Previews and updates. The preview comes first and shows the plan. The CLI notes it in a file, where the program reads
 * during the update what Pulumi will replace for reasons of its own. The CLI masks secrets there.
 */
async function updated(session: Session, rest: string[]): Promise<number> {
    const common = flags(session.stack);
    const run = async (args: string[]) => session.run(await completed(args, session));
    if (rest.includes("--skip-preview")) return run(["up", "--yes", ...common, ...rest]);
    const folder = mkdtempSync(join(tmpdir(), "redis-on-docker-plan-"));
    const file = join(folder, "events");
    try {
        // The flag exists for programs that drive the CLI, and only with this variable.
        session.env.PULUMI_DEBUG_COMMANDS = "true";
        const previewed = rest.filter((flag) => !onlyOfUpdates.includes(flag));
        const code = await run(["preview", `--event-log=${file}`, ...common, ...previewed]);
        if (code !== 0) return code;
        session.env[eventLog] = file;
        return await run(["up", "--yes", "--skip-preview", ...common, ...rest]);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Flags of `pulumi up` that `pulumi preview` does not have. */
const onlyOfUpdates = ["--yes", "-y", "--continue-on-error"];

/** Why an update failed and what to do. */
function failed(session: Session, { failures }: Reported, took: string): string {
    const busy = failures.length === 0 ? inUse(session) : undefined;
    if (busy) return busy;
    const next = "When that is mended, the next `npm run up` goes on from where it stands.";
    const what = `This update of the stack ${session.stack} has failed (after ${took})`;
    return failures.length > 0 ? [`${what}:`, "", ...failures, "", next].join("\n") : `${what}: see above. ${next}`;
}

/** The last copies of keys that this update would delete. */
async function foreseen(session: Session): Promise<LastCopy[]> {
    const preview = ["preview", "--refresh", "--stack", session.stack];
    return (await reported(session, async () => session.attempt(await completed(preview, session)))).copies;
}

/** Lets servers leave with their keys in the updates of this session: those that were named to the user, and no others. */
function allow({ env }: Session, copies: LastCopy[]): void {
    env[deleteDataWords] = JSON.stringify(copies.map(({ word }) => word));
}

/** Asks whether keys may be deleted of which there is no other copy. Nobody is asked where nobody can answer. */
async function mayGo(copies: LastCopy[]): Promise<boolean> {
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    const asked = createInterface({ input: process.stdin, output: process.stderr });
    try {
        const lines = lastCopySentences(copies, "they are deleted with it").map((line) => `  ${line}`);
        const question = ["", ...lines, "Type delete to go on, anything else to leave all as it is: "].join("\n");
        return (await asked.question(question)).trim() === "delete";
    } finally {
        asked.close();
    }
}
