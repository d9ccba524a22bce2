import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../setup/failure";
import { lastLines } from "../setup/processes";
import { step } from "../setup/progress";
import type { Session } from "./session";

/** Makes sure that the session's stack exists in its backend. */
export async function create(session: Session): Promise<void> {
    if (await exists(session)) return;
    await step(`Creating the stack ${session.stack}`, async () => {
        // In the copy's folder, so that the salt is written there.
        const where = session.configFile && existsSync(session.configFile) ? ["-C", dirname(session.configFile)] : [];
        const { code, stdout, stderr } = await session.attempt([
            ...where,
            "stack",
            "init",
            session.stack,
            "--no-select",
        ]);
        if (code !== 0) throw new Failure(`The stack cannot be created:\n${lastLines(stdout + stderr, 10)}`);
    });
}

/** Whether the session's stack exists in its backend. */
export async function exists(session: Session): Promise<boolean> {
    const { code, stdout, stderr } = await session.attempt(["stack", "ls", "--json"]);
    if (code !== 0) {
        throw new Failure(`Pulumi's backend cannot be used (\`pulumi login\`?):\n${lastLines(stdout + stderr, 10)}`);
    }
    const stacks: { name: string }[] = JSON.parse(stdout);
    return stacks.some(({ name }) => name === session.stack || name.endsWith(`/${session.stack}`));
}
