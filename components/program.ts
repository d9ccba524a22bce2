import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { cacheFolder } from "../reconcile/cacheFolder";

/** The convergence as one file, which the package has and a checkout has not. */
const bundled = join(__dirname, "..", "converge.js");
/** What starts it in a checkout. */
const starter = join(__dirname, "..", "scripts", "converge.cjs");

/** Whether the commands of this process run in a folder from which this package is not found by name. */
let elsewhere = false;

/** Commands are to run anywhere: those of programs in other languages do. */
export function runElsewhere(): void {
    elsewhere = true;
}

/**
 * The shell command that starts the convergence. Its text is the same on every machine: an absolute path in it would be a
 * change to Pulumi whenever somebody else runs the update.
 *
 * The checkout's own program finds it by package name.
 * A program elsewhere need not have the package where the command runs, and may be written in another language: there a file
 * in the cache folder is started, which this makes.
 *
 * @param deployment the deployment's id, so that deployments of different versions have files of their own
 */
export function convergenceProgram(deployment: string): string {
    const isPackage = existsSync(bundled);
    if (!isPackage && !elsewhere) return `exec node --eval 'require("redis-on-docker/converge")'`;
    const file = join("programs", `converge-${deployment}.js`);
    const program = isPackage ? readFileSync(bundled) : `require(${JSON.stringify(starter)});\n`;
    // A preview runs no command, and before the first update the id is not even that of the deployment.
    if (!pulumi.runtime.isDryRun()) place(program, join(cacheFolder(), file));
    return `exec node "\${XDG_CACHE_HOME:-$HOME/.cache}/redis-on-docker/${file}"`;
}

/** At once, since an update of another stack may just start the file. */
function place(program: string | Buffer, path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, program);
    renameSync(unfinished, path);
}
