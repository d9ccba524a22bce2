import { join } from "node:path";
import type { Command } from "../cli/options";
import { soakFolder, testFiles } from "../cli/tests";
import { root } from "../setup/paths";
import { main as test } from "./test";

export const command: Command = {
    name: "soak",
    summary: "Runs the long campaigns of test/soak, or those that are named by file.",
    options: [],
    takes: "[FILE ...] [mocha's options]",
};

/** `npm run soak`: the long campaigns, or those that are named, with everything that they need. */
export function main(args: string[]): Promise<number> {
    const named = args.some((arg) => arg.endsWith(".spec.ts"));
    return test(named ? args : [...args, ...testFiles(join(root, "test", soakFolder))]);
}
