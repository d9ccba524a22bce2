import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Cli } from "./foundCli";
import { pulumiHome, which } from "./paths";
import { pins } from "./pins";
import { attempt, lastLines } from "./processes";
import { say, step } from "./progress";
import { recently } from "./recently";

/** Whether the program's resource plugins are there for this CLI, or could be downloaded now. */
export async function hasPlugins(cli: Cli, env: NodeJS.ProcessEnv): Promise<boolean> {
    for (const [name, version] of Object.entries(pins().plugins)) {
        if (isThere(name, version, env)) continue;
        const failure = recently(`no-plugin-${name}-${version}`, env);
        if (failure.happened()) return false;
        const args = ["plugin", "install", "resource", name, version];
        const title = `Installing the Pulumi plugin ${name} ${version}`;
        const { code, stdout, stderr } = await step(title, () => attempt(cli.path, args, { env, timeout: 300_000 }));
        if (code !== 0) {
            say(`It cannot be downloaded here:\n${lastLines(stdout + stderr, 3)}`);
            failure.note();
            return false;
        }
    }
    return true;
}

function isThere(name: string, version: string, env: NodeJS.ProcessEnv): boolean {
    const binary = `pulumi-resource-${name}`;
    return existsSync(join(pulumiHome(env), "plugins", `resource-${name}-v${version}`, binary)) || !!which(binary, env);
}
