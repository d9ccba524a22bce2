import { nothingElse, parse } from "../cli/arguments";
import { prepare } from "../cli/prepare";

/** `npm run status`: the topology as it is. */
export async function main(args: string[]): Promise<number> {
    const parsed = parse(args);
    nothingElse(parsed);
    const { main: status } = await import("../status.js");
    return status(await prepare(parsed.stack));
}
