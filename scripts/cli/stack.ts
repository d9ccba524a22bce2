import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Export } from "../repair/state";
import { Failure } from "../setup/failure";
import { locked } from "../setup/lock";
import { lastLines } from "../setup/processes";
import { step } from "../setup/progress";
import { backendUrl, fileBackend } from "./backend";
import { projectName } from "./configuration";
import { isHalfWritten, notWhole, untilWhole } from "./halfWritten";
import type { Session } from "./session";
import { isAbsent, stateFile } from "./stateFile";

/** Makes sure that the session's stack exists in its backend. */
export async function create(session: Session): Promise<void> {
    // `stack init` takes a stack that it cannot read for one that is not there, and empties it.
    await setUpOnce(session, async () => {
        if (!(await exists(session))) {
            await step(`Creating the stack ${session.stack}`, () => initialise(session));
        }
    });
}

/** What the session's stack holds, secrets encrypted; undefined where there is no such stack. */
export async function exported(session: Session): Promise<Export | undefined> {
    return setUpOnce(session, () => state(session));
}

/** The first command in a new file backend sets it up, file by file: nobody may read it meanwhile. */
function setUpOnce<T>({ env }: Session, work: () => Promise<T>): Promise<T> {
    const folder = fileBackend(env);
    return folder ? locked(join(folder, ".redis-on-docker.lock"), work) : work();
}

/** Makes the session's stack, which its backend is known not to have. */
export async function initialise(session: Session): Promise<void> {
    // In the copy's folder, so that the salt is written there.
    const where = session.configFile && existsSync(session.configFile) ? ["-C", dirname(session.configFile)] : [];
    const { code, stdout, stderr } = await session.attempt([...where, "stack", "init", session.stack, "--no-select"]);
    if (code !== 0) throw new Failure(`The stack cannot be created:\n${lastLines(stdout + stderr, 10)}`);
}

/**
 * Whether the session's stack exists in its backend. Only this stack is asked about: a list of all reads the states of
 * all, and fails when one of them is just being written. What cannot be read is an error, never absent.
 */
export async function exists(session: Session): Promise<boolean> {
    return (await state(session)) !== undefined;
}

async function state(session: Session): Promise<Export | undefined> {
    const folder = fileBackend(session.env);
    const kept = folder && stateFile(folder, projectName(), session.stack);
    if (kept) return kept;
    if (folder && isAbsent(folder, projectName(), session.stack)) return undefined;
    const outcome = await untilWhole(() => session.attempt(["stack", "export", "--stack", session.stack]));
    if (outcome.code === 0) return JSON.parse(outcome.stdout);
    if (/no stack named '/.test(outcome.stderr)) return undefined;
    if (isHalfWritten(outcome)) throw new Failure(notWhole(session.stack, backendUrl(session.env), outcome));
    throw new Failure(
        `Pulumi's backend cannot be used (\`pulumi login\`?):\n${lastLines(outcome.stdout + outcome.stderr, 10)}`,
    );
}
