import { alone } from "../cli/alone";
import { parse } from "../cli/arguments";
import { type Command, read } from "../cli/options";
import { prepare } from "../cli/prepare";
import { repair } from "../repair/repair";
import { say } from "../setup/progress";

export const command: Command = {
    name: "repair",
    summary: "Finishes what an update that was killed has left. `npm run up` does so by itself.",
    options: [],
};

/** `npm run repair`: finishes what an update that was killed has left. */
export async function main(args: string[]): Promise<number> {
    const parsed = parse(args);
    read(command, parsed.rest);
    const session = await prepare(parsed.stack);
    const known = await alone(session, () => repair(session));
    if (!known) say(`There is no stack ${parsed.stack}: nothing to repair.`);
    return 0;
}
