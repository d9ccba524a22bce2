import { setTimeout as sleep } from "node:timers/promises";
import { endpointProblem } from "../../redis/declaration/schema/texts";
import { backendUrl, fileBackend } from "../cli/backend";
import { projectName } from "../cli/configuration";
import { completed } from "../cli/passThrough";
import type { Prepared } from "../cli/prepare";
import type { Session } from "../cli/session";
import { exported } from "../cli/stack";
import { Failure } from "../setup/failure";
import { lastLines } from "../setup/processes";
import { say, step } from "../setup/progress";
import { clearHosts, forgetLost } from "./hosts";
import { holderOf, type Locks, type StackLock, stackLocks, standing } from "./locks";
import { endOrphans } from "./orphans";
import { recorded } from "./state";

/** How long another command on the same stack may go on before we give up, in milliseconds. */
const patience = 15 * 60_000;

/**
 * Finishes what a killed command on the stack has left: its processes, its lock, operations that the state holds as
 * begun, and containers and networks that the state does not know; and has the state forget hosts that are lost for good.
 * Does nothing where there is nothing of the kind.
 *
 * @param everythingGoes whether the whole deployment is about to be removed
 * @returns whether there is such a stack
 */
export async function repair(session: Prepared, everythingGoes = false): Promise<boolean> {
    const { hosts, isSound } = session.configuration;
    await unlock(session);
    await endOrphans(backendUrl(session.env), session.stack);
    const before = await exported(session);
    if (!before) return false;
    // A mistake in the stack file is no word that a host is lost.
    const state = recorded(isSound ? await forgetLost(session, before, hosts) : before);
    const reachable = hosts.filter(({ docker }) => !docker || endpointProblem(docker) === undefined);
    await clearHosts(before, state, reachable, everythingGoes);
    if (state.pending > 0) await clearPending(session);
    return true;
}

/** What lies where the stack's locks are kept; undefined where that is no folder. */
function locksOf({ env, stack }: Session): Locks | undefined {
    const folder = fileBackend(env);
    return folder ? stackLocks(folder, projectName(), stack) : undefined;
}

/** What to say when another command is at work on the stack, beside what Pulumi says of its lock; undefined when none is. */
export function inUse(session: Session): string | undefined {
    const held = locksOf(session)?.locks.find((lock) => standing(lock) === "live");
    if (!held) return undefined;
    return (
        `Another command is at work on the stack ${session.stack} (${holderOf(held)}). Nothing was changed here. Wait ` +
        "until it has ended and run this again; `pulumi cancel` would take the stack away from it."
    );
}

async function unlock(session: Session): Promise<void> {
    const none: Locks = { locks: [], fragments: false };
    const found = () => locksOf(session) ?? none;
    // A lock that is just being written is whole a moment later.
    if (found().fragments) await sleep(1000);
    await free(() => found().locks, session.stack);
    const { locks, fragments } = found();
    if (locks.length === 0 && !fragments) return;
    say("Removing the lock of a Pulumi process that has gone.");
    await session.read(["cancel", "--yes", "--stack", session.stack]);
}

/** Waits until no living process holds the stack. */
async function free(locks: () => StackLock[], stack: string): Promise<void> {
    const deadline = Date.now() + patience;
    for (let said = false; ; said = true) {
        const held = locks().find((lock) => standing(lock) !== "stale");
        if (!held) return;
        const who = holderOf(held);
        if (standing(held) === "elsewhere") {
            throw new Failure(
                `The stack ${stack} is locked from another machine (${who}). If nothing is at work there any more, ` +
                    `run \`npm run pulumi -- cancel --stack ${stack}\`.`,
            );
        }
        if (Date.now() > deadline) throw new Failure(`The stack ${stack} is still in use (${who}).`);
        if (!said) say(`Waiting for another command on the stack ${stack} (${who}) ...`);
        await sleep(1000);
    }
}

/** Lets the state forget operations that were begun and not finished: what they made has been removed. */
async function clearPending(session: Session): Promise<void> {
    const flags = ["refresh", "--clear-pending-creates", "--yes", "--skip-preview", "--stack", session.stack];
    await step("Clearing what the state holds as begun and not finished", async () => {
        const { code, stdout, stderr } = await session.attempt(await completed(flags, session));
        if (code !== 0) throw new Failure(`The state cannot be repaired:\n${lastLines(stdout + stderr, 15)}`);
    });
}
