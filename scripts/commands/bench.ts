import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../cli/options";
import { withTestEnvironment } from "../cli/testEnvironment";
import { Failure } from "../setup/failure";
import { root } from "../setup/paths";
import { run } from "../setup/processes";
import { say } from "../setup/progress";

const folder = join(root, "bench");

export const command: Command = {
    name: "bench",
    summary: "Measures, all of bench/ or what is named, with its arguments.",
    options: [],
    takes: "[NAME [ARGUMENT ...]]",
};

/** `npm run bench`: every measurement in bench/, or the one that is named, with arguments of its own behind its name. */
export function main([name, ...args]: string[]): Promise<number> {
    const all = benchNames(readdirSync(folder));
    const chosen = name === undefined ? all : all.filter((known) => known === name);
    if (chosen.length === 0) throw new Failure(`there is no measurement ${name}; there are: ${all.join(", ")}`);
    return withTestEnvironment(async (env) => {
        const codes: number[] = [];
        for (const bench of chosen) {
            say(`\n${bench}`);
            const file = join(folder, `${bench}.ts`);
            codes.push(await run(process.execPath, ["--import=tsx", file, ...args], { cwd: root, env }));
        }
        return Math.max(...codes);
    });
}

/** The names of the measurements in a folder's listing. */
export function benchNames(files: string[]): string[] {
    return files.flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? []).sort();
}
