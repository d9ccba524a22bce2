import { join } from "node:path";
import type { Command } from "../cli/options";
import { root } from "../setup/paths";
import { run } from "../setup/processes";

export const command: Command = {
    name: "check",
    summary: "Formatter, linter and types.",
    options: [],
    takes: "",
};

/** `npm run check`: formatter, linter and types. */
export async function main(): Promise<number> {
    const checks = [
        ["@biomejs/biome/bin/biome", "check", "."],
        ["typescript/bin/tsc", "-p", "."],
    ];
    const codes: number[] = [];
    for (const [program = "", ...args] of checks) {
        codes.push(await run(process.execPath, [join(root, "node_modules", program), ...args], { cwd: root }));
    }
    return Math.max(...codes);
}
