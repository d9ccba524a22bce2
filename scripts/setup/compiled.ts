import { copyFileSync, existsSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { bundle, digest } from "../../offline/bundle";
import { compile, pulumiCli } from "./compile";
import type { Cli } from "./foundCli";
import { once } from "./once";
import { cacheFolder, isExecutable } from "./paths";
import { pins } from "./pins";
import { step } from "./progress";
import { together } from "./together";

/**
 * The pinned CLI compiled from its published Go modules, and the plugins of `offline/`: for places where package
 * registries can be reached and nothing else. Both are kept in the cache folder and made once.
 */
export async function compiled(env: NodeJS.ProcessEnv): Promise<Cli> {
    const version = pins().cli;
    const binary = join(cacheFolder(env), `pulumi-${version}`, "pulumi");
    const home = join(cacheFolder(env), `home-${digest()}`);
    await together(
        () => once(binary, isExecutable, () => compile(pulumiCli(version), binary, env)),
        () => once(join(home, ".complete"), existsSync, (mark) => plugins(home, mark)),
    );
    const path = join(home, "bin", "pulumi");
    await once(path, isExecutable, async () => link(binary, path));
    const search = `${dirname(path)}${delimiter}${env.PATH ?? ""}`;
    return {
        path,
        env: { PULUMI_HOME: home, PATH: search },
        origin: `Pulumi ${version} (compiled, plugins of offline/)`,
    };
}

/** Makes the plugins, and marks that they are complete. */
async function plugins(home: string, mark: string): Promise<void> {
    await step("Preparing the plugins of offline/", async () => {
        rmSync(home, { recursive: true, force: true });
        await bundle(home);
    });
    writeFileSync(mark, "");
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
