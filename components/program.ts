import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../reconcile/cacheFolder";

/** The convergence as one file, which the package has and a checkout has not. */
const bundled = join(__dirname, "..", "converge.js");

/**
 * The shell command that starts the convergence. Its text is the same on every machine: an absolute path in it would be a
 * change to Pulumi whenever somebody else runs the update.
 *
 * In a checkout it is found by package name.
 * A program elsewhere need not have the package where the command runs, and may be written in another language: there a copy
 * in the cache folder is started, which this makes.
 *
 * @param deployment the deployment's id, so that deployments of different versions have copies of their own
 */
export function convergenceProgram(deployment: string): string {
    if (!existsSync(bundled)) return `exec node --eval 'require("redis-on-docker/converge")'`;
    const file = join("programs", `converge-${deployment}.js`);
    copy(bundled, join(cacheFolder(), file));
    return `exec node "\${XDG_CACHE_HOME:-$HOME/.cache}/redis-on-docker/${file}"`;
}

/** At once, since an update of another stack may just start the copy. */
function copy(from: string, to: string): void {
    mkdirSync(dirname(to), { recursive: true });
    const unfinished = `${to}.${process.pid}`;
    writeFileSync(unfinished, readFileSync(from));
    renameSync(unfinished, to);
}
