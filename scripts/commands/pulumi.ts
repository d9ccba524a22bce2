import { existsSync } from "node:fs";
import { parse } from "../cli/arguments";
import { configuration } from "../cli/configuration";
import { asksForHelp } from "../cli/options";
import { beginsStack, completed } from "../cli/passThrough";
import { type Session, session } from "../cli/session";
import { create, exists } from "../cli/stack";
import { stackFile } from "../cli/stackFile";

/** `npm run pulumi`: the CLI in the project's environment. A stack that has a file is made where it is used first. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const opened = await session(stack);
    if (beginsStack(rest) && !asksForHelp(args)) await begin(opened);
    return opened.run(await completed(args, opened));
}

async function begin(session: Session): Promise<void> {
    if (existsSync(stackFile(session.stack))) await create(session);
    // Says which file is missing.
    else if (!(await exists(session))) configuration(session.stack);
}
