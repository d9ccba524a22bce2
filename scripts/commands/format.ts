import { join } from "node:path";
import type { Command } from "../cli/options";
import { root } from "../setup/paths";
import { run } from "../setup/processes";

export const command: Command = {
    name: "format",
    summary: "Puts every file into the project's form, or those that are named.",
    options: [],
    takes: "[FILE ...]",
};

/** `npm run format`: puts every file into the project's form. */
export function main(args: string[]): Promise<number> {
    const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
    return run(process.execPath, [biome, "check", "--write", ...(args.length > 0 ? args : ["."])], { cwd: root });
}
