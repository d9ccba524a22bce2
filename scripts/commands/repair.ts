import { nothingElse, parse } from "../cli/arguments";
import { prepare } from "../cli/prepare";
import { repair } from "../repair/repair";

/** `npm run repair`: finishes what an update that was killed has left. */
export async function main(args: string[]): Promise<number> {
    const parsed = parse(args);
    nothingElse(parsed);
    await repair(await prepare(parsed.stack));
    return 0;
}
