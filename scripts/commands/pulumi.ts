import { existsSync } from "node:fs";
import { parse } from "../cli/arguments";
import { asksForHelp } from "../cli/options";
import { beginsStack, completed } from "../cli/passThrough";
import { session } from "../cli/session";
import { create } from "../cli/stack";
import { stackFile } from "../cli/stackFile";

/** `npm run pulumi`: the CLI in the project's environment. A stack that has a file is made where it is used first. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const opened = await session(stack);
    if (beginsStack(rest) && !asksForHelp(args) && existsSync(stackFile(stack))) await create(opened);
    return opened.run(await completed(args, opened));
}
