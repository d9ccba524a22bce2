import { nothingElse, parse } from "../cli/arguments";
import { prepare } from "../cli/prepare";
import { main as status } from "../status";

/** `npm run status`: the topology as it is. */
export async function main(args: string[]): Promise<number> {
    const parsed = parse(args);
    nothingElse(parsed);
    return status(await prepare(parsed.stack));
}
