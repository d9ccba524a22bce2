import { parse } from "../cli/arguments";
import { completed } from "../cli/passThrough";
import { session } from "../cli/session";

/** `npm run pulumi`: the CLI in the project's environment. */
export async function main(args: string[]): Promise<number> {
    const opened = await session(parse(args).stack);
    return opened.run(await completed(args, opened));
}
