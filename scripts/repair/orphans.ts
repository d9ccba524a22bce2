import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../setup/lock";
import { say } from "../setup/progress";

/** The variable that every process of a run inherits. */
export const mark = "REDIS_ON_DOCKER_RUN";

/** How long a process may take to end when asked, in milliseconds. */
const patience = 5000;

/** How long an Engine may go on with what a process that has gone asked it for, in milliseconds. */
const aftermath = 1000;

/** The mark of this command's runs on a stack: which stack of which backend, and the process that started them. */
export function markOf(backendUrl: string, stack: string, starter = process.pid): string {
    return `${stackMark(backendUrl, stack)}@${starter}`;
}

/**
 * Ends the plugins, language hosts and commands that a killed run of this stack has left at work. They are known by
 * the mark that they inherited, and that the command which put it there is gone. Where processes cannot be seen
 * (outside Linux, or of another user), none is.
 */
export async function endOrphans(backendUrl: string, stack: string): Promise<void> {
    const find = () => processes().filter(({ env }) => isOrphaned(env, stackMark(backendUrl, stack)));
    let orphans = find();
    // The CLI itself, with only what started it gone, is still at work and will end by itself.
    for (let said = false; orphans.some(isPulumi); said = true) {
        if (!said)
            say(`Waiting for process ${orphans.find(isPulumi)?.pid}, which is at work on the stack ${stack} ...`);
        await sleep(1000);
        orphans = find();
    }
    if (orphans.length === 0) return;
    const count = orphans.length === 1 ? "a process" : `${orphans.length} processes`;
    say(`Ending ${count} that an interrupted update has left.`);
    for (const { pid } of orphans) signal(pid, "SIGTERM");
    const deadline = Date.now() + patience;
    while (Date.now() < deadline && orphans.some(({ pid }) => isAlive(pid))) await sleep(100);
    for (const { pid } of orphans) signal(pid, "SIGKILL");
    await sleep(aftermath);
}

/** Whether an environment carries the stack's mark, and the process that put it there has gone. */
export function isOrphaned(env: string[], stackMark: string, alive = isAlive): boolean {
    const value = env.find((entry) => entry.startsWith(`${mark}=`))?.slice(mark.length + 1);
    if (!value?.startsWith(`${stackMark}@`)) return false;
    const starter = Number(value.slice(stackMark.length + 1));
    return Number.isInteger(starter) && !alive(starter);
}

function stackMark(backendUrl: string, stack: string): string {
    return createHash("sha256").update(`${backendUrl}\n${stack}`).digest("hex").slice(0, 16);
}

interface Process {
    pid: number;
    program: string;
    env: string[];
}

function isPulumi({ program }: Process): boolean {
    return basename(program) === "pulumi";
}

function processes(): Process[] {
    if (process.platform !== "linux") return [];
    return readdirSync("/proc").flatMap((name) => {
        const pid = Number(name);
        if (!Number.isInteger(pid) || pid === process.pid) return [];
        try {
            const [program = "", env = ""] = ["cmdline", "environ"].map((file) =>
                readFileSync(join("/proc", name, file), "utf8"),
            );
            return [{ pid, program: program.split("\0")[0] ?? "", env: env.split("\0") }];
        } catch {
            return [];
        }
    });
}

function signal(pid: number, name: NodeJS.Signals): void {
    try {
        process.kill(pid, name);
    } catch {
        // It has ended.
    }
}
