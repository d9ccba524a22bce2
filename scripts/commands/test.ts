import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../cli/options";
import { withTestEnvironment } from "../cli/testEnvironment";
import { type Counts, countLine, mochaArguments } from "../cli/tests";
import { root } from "../setup/paths";
import { run } from "../setup/processes";

export const command: Command = {
    name: "test",
    summary: "Runs every test, or those that are named by file, with what they need; options are mocha's.",
    options: [],
    takes: "[FILE ...] [mocha's options]",
};

/** `npm test`: every test there is, with everything that they need. The last line says how many passed. */
export function main(args: string[]): Promise<number> {
    return withTestEnvironment(async (env, folder) => {
        const counts = join(folder, "counts.json");
        const start = { cwd: root, env: { ...env, TEST_COUNTS: counts } };
        const code = await run(process.execPath, mochaArguments(root, args), start);
        const seen = read(counts);
        console.log(countLine(seen));
        return seen && seen.failed === 0 ? code : Math.max(code, 1);
    });
}

/** What the reporter counted; undefined when mocha ended before its end, such as for a file that cannot be loaded. */
function read(path: string): Counts | undefined {
    try {
        return JSON.parse(readFileSync(path, "utf8"));
    } catch {
        return undefined;
    }
}
