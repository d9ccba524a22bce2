import { join } from "node:path";
import type { Cli } from "./foundCli";
import { isExecutable, pulumiHome, root } from "./paths";
import { pins } from "./pins";
import { attempt, lastLines } from "./processes";
import { say, step } from "./progress";
import { recently } from "./recently";

/** Where Pulumi's CLI is downloaded from: npm's `pulumi` package names no other place. */
const source = "https://get.pulumi.com/";

/** How long that place may take to answer, in milliseconds. */
const patience = 3000;

/** The pinned CLI as npm's `pulumi` package downloads it; undefined where it cannot be downloaded. */
export async function downloaded(env: NodeJS.ProcessEnv): Promise<Cli | undefined> {
    const version = pins().cli;
    const path = join(pulumiHome(env), "versions", version, "bin", "pulumi");
    const cli = { path, env: {}, origin: `Pulumi ${version}` };
    if (isExecutable(path)) return cli;

    const failure = recently(`no-download-${version}`, env);
    if (failure.happened()) return undefined;
    if (!(await answers())) {
        failure.note();
        return undefined;
    }
    const wrapper = join(root, "node_modules", "pulumi", "run.js");
    const download = () =>
        attempt(process.execPath, [wrapper, "version"], { env: { ...env, PULUMI_VERSION: version } });
    const { code, stdout, stderr } = await step(`Downloading Pulumi ${version}`, download);
    if (code === 0 && isExecutable(path)) return cli;
    say(`It cannot be downloaded here:\n${lastLines(stdout + stderr, 3)}`);
    failure.note();
    return undefined;
}

async function answers(): Promise<boolean> {
    try {
        await fetch(source, { method: "HEAD", signal: AbortSignal.timeout(patience) });
        return true;
    } catch {
        return false;
    }
}
