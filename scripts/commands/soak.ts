import { join } from "node:path";
import { soakFolder, testFiles } from "../cli/tests";
import { root } from "../setup/paths";
import { main as test } from "./test";

/** `npm run soak`: the long campaigns, with everything that they need. */
export function main(args: string[]): Promise<number> {
    return test([...args, ...testFiles(join(root, "test", soakFolder))]);
}
