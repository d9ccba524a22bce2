import { spawn } from "node:child_process";
import { existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { policyPack } from "../setup/paths";
import { temporaryFolder } from "../setup/temporary";

let started: string | undefined;

/**
 * Starts the policy pack, so that it is loaded when the CLI asks for it, and serves a plan and its update.
 *
 * @returns what the CLI is to start instead; undefined where there is no pack
 */
export function startPack(): string | undefined {
    if (started === undefined && existsSync(policyPack)) started = start();
    return started;
}

function start(): string {
    const folder = temporaryFolder("pack");
    const path = join(folder, "start");
    writeFileSync(path, starter, { mode: 0o700 });
    symlinkSync(process.execPath, join(folder, "node"));
    symlinkSync(policyPack, join(folder, "pack.js"));
    const pack = spawn(process.execPath, [policyPack, "ahead"], { stdio: ["pipe", "pipe", "ignore"] });
    const note = (name: string, text = "") => existsSync(folder) && writeFileSync(join(folder, name), text);
    createInterface(pack.stdout).once("line", (line) => note("port", `${line}\n`));
    // The CLI starts it itself then, and says what is wrong with it.
    for (const event of ["error", "exit"]) pack.once(event, () => note("ended"));
    pack.unref();
    for (const pipe of [pack.stdin, pack.stdout]) (pipe as unknown as { unref(): void }).unref();
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    return path;
}

/** What the CLI starts: it tells the CLI the pack's port, and ends with the CLI. */
const starter = `#!/bin/sh
here=\${0%/*}
while :; do
    [ -e "$here/ended" ] && exec "$here/node" "$here/pack.js" "$@"
    [ -s "$here/port" ] && break
    sleep 0.01
done
cat "$here/port"
exec cat > /dev/null
`;
