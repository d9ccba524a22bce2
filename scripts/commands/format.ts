import { join } from "node:path";
import { root } from "../setup/paths";
import { run } from "../setup/processes";

/** `npm run format`: puts every file into the project's form. */
export function main(args: string[]): Promise<number> {
    const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
    return run(process.execPath, [biome, "check", "--write", ...(args.length > 0 ? args : ["."])], { cwd: root });
}
