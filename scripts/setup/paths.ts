import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve, sep } from "node:path";

type Environment = NodeJS.ProcessEnv;

/** The checkout. */
export const root = resolve(__dirname, "..", "..");

/** The policy pack as a program, which the CLI starts by itself. */
export const policyPack = join(root, "policies", "pack.js");

export { cacheFolder } from "../../reconcile/cacheFolder";

/** What must be kept: the local backend, its passphrase, logs. */
export function stateFolder(env: Environment = process.env): string {
    return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "redis-on-docker");
}

/** Pulumi's own folder: logins, plugins, downloaded versions. */
export function pulumiHome(env: Environment = process.env): string {
    return env.PULUMI_HOME || join(homedir(), ".pulumi");
}

/** The first executable of this name on PATH; those of npm packages do not count, since npm puts them there itself. */
export function which(name: string, env: Environment = process.env): string | undefined {
    const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder && !isPackageFolder(folder));
    return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether there is an executable, non-empty file here. */
export function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        const stat = statSync(path);
        return stat.isFile() && stat.size > 0;
    } catch {
        return false;
    }
}

function isPackageFolder(folder: string): boolean {
    return folder.split(sep).includes("node_modules");
}
