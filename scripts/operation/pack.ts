import { spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
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
    const [path, port, ended] = ["pack", "port", "ended"].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(path, starter(port, ended), { mode: 0o700 });
    const pack = spawn(process.execPath, [policyPack, "ahead"], { stdio: ["pipe", "pipe", "ignore"] });
    createInterface(pack.stdout).once("line", (line) => writeFileSync(port, `${line}\n`));
    // The CLI starts it itself then, and says what is wrong with it.
    for (const event of ["error", "exit"]) pack.once(event, () => existsSync(folder) && writeFileSync(ended, ""));
    pack.unref();
    for (const pipe of [pack.stdin, pack.stdout]) (pipe as unknown as { unref(): void }).unref();
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    return path;
}

/** What the CLI starts: it tells the CLI the pack's port, and ends with the CLI. */
function starter(port: string, ended: string): string {
    return `#!/bin/sh
while :; do
    [ -e '${ended}' ] && exec '${process.execPath}' '${policyPack}' "$@"
    [ -s '${port}' ] && break
    sleep 0.01
done
cat '${port}'
exec cat > /dev/null
`;
}
