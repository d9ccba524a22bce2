import { execFileSync, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "./project";

/** Starts `npm run up` and kills it after `moment` ms: the CLI alone, or everything that it started. */
export async function killedUp(stack: Stack, moment: number, everything: boolean): Promise<void> {
    const { folder, env } = stack.project;
    const child = spawn("npm", ["run", "--silent", "up", "--", "--stack", stack.name], {
        cwd: folder,
        env,
        stdio: "ignore",
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    await sleep(moment);
    const below = descendants(child.pid ?? 0);
    const victims = everything ? below : below.filter(({ name }) => name === "pulumi");
    for (const { pid } of victims) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // It has ended by itself.
        }
    }
    await ended;
}

/** Starts `npm run up`, and asks it to stop, as Ctrl-C does, once it has printed `sign`. Returns what it printed. */
export async function stoppedUp(stack: Stack, sign: RegExp): Promise<string> {
    const { folder, env } = stack.project;
    const child = spawn("npm", ["run", "--silent", "up", "--", "--stack", stack.name], { cwd: folder, env });
    let output = "";
    let asked = false;
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk: Buffer) => {
            output += chunk.toString();
            if (asked || !sign.test(output)) return;
            asked = true;
            // The command itself: npm and its shell only wait for it.
            const command = descendants(child.pid ?? 0).find(({ name }) => name === "node");
            if (command) process.kill(command.pid, "SIGINT");
        });
    }
    await new Promise((resolve) => child.once("close", resolve));
    return output;
}

function descendants(root: number): { pid: number; name: string }[] {
    const table = execFileSync("ps", ["-eo", "pid=,ppid=,comm="], { encoding: "utf8" }).trim().split("\n");
    const processes = table.map((line) => {
        const [pid, parent, ...name] = line.trim().split(/\s+/);
        return { pid: Number(pid), parent: Number(parent), name: name.join(" ") };
    });
    const found = processes.filter(({ pid }) => pid === root);
    for (const { pid } of found) found.push(...processes.filter(({ parent }) => parent === pid));
    return found;
}
