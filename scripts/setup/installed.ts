import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cli } from "./foundCli";
import { isExecutable, which } from "./paths";
import { pins } from "./pins";
import { attempt } from "./processes";
import { say } from "./progress";
import { isAtLeast } from "./versions";

/** The `pulumi` on PATH, when it can run this program. */
export async function installed(env: NodeJS.ProcessEnv): Promise<Cli | undefined> {
    const path = which("pulumi", env);
    if (!path) return undefined;
    const version = (await attempt(path, ["version"], { env })).stdout.trim();
    // Older ones cannot start a policy pack that is a program.
    if (!isAtLeast(version, pins().cli)) {
        say(`Not using ${path}: version ${version || "unknown"} is older than ${pins().cli}.`);
        return undefined;
    }
    const languageHost = "pulumi-language-nodejs";
    if (!isExecutable(join(dirname(realpathSync(path)), languageHost)) && !which(languageHost, env)) {
        say(`Not using ${path}: ${languageHost}, which Pulumi installs beside it, is missing.`);
        return undefined;
    }
    return { path, env: {}, origin: `Pulumi ${version.replace(/^v/, "")}` };
}
