import { join } from "node:path";
import type { Command } from "../cli/options";
import { root } from "../setup/paths";
import { run } from "../setup/processes";

export const command: Command = {
    name: "check",
    summary: "Formatter, linter, types, circles of imports, and generated files.",
    options: [],
    takes: "",
};

/** `npm run check`: formatter, linter, types, circles of imports, and generated files. */
export async function main(): Promise<number> {
    const checks = [
        ["@biomejs/biome/bin/biome", "check", "."],
        ["typescript/bin/tsc", "-p", "."],
    ];
    const codes: number[] = [];
    for (const [program = "", ...args] of checks) {
        codes.push(await run(process.execPath, [join(root, "node_modules", program), ...args], { cwd: root }));
    }
    // TypeScript is not there for other commands.
    const { importCycles } = require("../cli/importCycles") as typeof import("../cli/importCycles");
    const cycles = importCycles(root);
    for (const cycle of cycles) console.error(`Error: these files import each other in a circle: ${cycle.join(", ")}`);
    const { outdated } = require("../generate/generated") as typeof import("../generate/generated");
    const old = outdated().map(({ path }) => path);
    if (old.length > 0) console.error(`Error: the schema has other words than ${old.join(", ")}: run npm run generate`);
    return Math.max(...codes, cycles.length + old.length > 0 ? 1 : 0);
}
