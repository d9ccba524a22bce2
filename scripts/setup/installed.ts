import { realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { cached } from "../../reconcile/cached";
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
    const version = await versionOf(path, env);
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

/** A smaller file, in bytes, is no CLI: it is a script of a version manager, which starts one version or another. */
const smallest = 10_000_000;

/** The version of a CLI. It is asked once: starting it takes as long as a short command does by itself. */
async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<string> {
    let failed = false;
    const ask = async () => {
        const { code, stdout } = await attempt(path, ["version"], { env });
        failed = code !== 0;
        return stdout.trim();
    };
    const { size, mtimeMs, ino } = statSync(path);
    if (size < smallest) return ask();
    return cached(
        ["version of the CLI", realpathSync(path), size, mtimeMs, ino],
        ask,
        (version) => !failed && version !== "",
    );
}
