import { alone } from "../cli/alone";
import { nothingElse, parse } from "../cli/arguments";
import { prepare } from "../cli/prepare";
import { repair } from "../repair/repair";
import { say } from "../setup/progress";

/** `npm run repair`: finishes what an update that was killed has left. */
export async function main(args: string[]): Promise<number> {
    const parsed = parse(args);
    nothingElse(parsed);
    const session = await prepare(parsed.stack);
    const known = await alone(session, () => repair(session));
    if (!known) say(`There is no stack ${parsed.stack}: nothing to repair.`);
    return 0;
}
