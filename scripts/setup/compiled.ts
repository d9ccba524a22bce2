import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { bundle, digest } from "../../offline/bundle";
import { compile, pulumiCli } from "./compile";
import type { Cli } from "./foundCli";
import { once } from "./once";
import { cacheFolder, isExecutable } from "./paths";
import { pins } from "./pins";
import { step } from "./progress";

/**
 * The pinned CLI compiled from its published Go modules, and the plugins of `offline/`: for places where package
 * registries can be reached and nothing else. Both are kept in the cache folder and made once.
 */
export async function compiled(env: NodeJS.ProcessEnv): Promise<Cli> {
    const version = pins().cli;
    const binary = join(cacheFolder(env), `pulumi-${version}`, "pulumi");
    await once(binary, isExecutable, () => compile(pulumiCli(version), binary, env));

    const home = join(cacheFolder(env), `home-${digest()}`);
    await once(join(home, ".complete"), existsSync, async (mark) => {
        await step("Preparing the plugins of offline/", async () => {
            rmSync(home, { recursive: true, force: true });
            mkdirSync(home, { recursive: true });
            await bundle(home);
            mkdirSync(join(home, "bin"), { recursive: true });
            link(binary, join(home, "bin", "pulumi"));
        });
        writeFileSync(mark, "");
    });
    const path = join(home, "bin", "pulumi");
    const search = `${dirname(path)}${delimiter}${env.PATH ?? ""}`;
    return {
        path,
        env: { PULUMI_HOME: home, PATH: search },
        origin: `Pulumi ${version} (compiled, plugins of offline/)`,
    };
}

function link(from: string, to: string): void {
    const temporary = `${to}.new`;
    rmSync(temporary, { force: true });
    try {
        linkSync(from, temporary);
    } catch {
        // Some file systems have no hard links.
        copyFileSync(from, temporary);
    }
    renameSync(temporary, to);
}
