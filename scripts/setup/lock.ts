import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./progress";
import { endSignal } from "./together";

/** What this process does or waits for, by the path of its lock. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while nothing else of this machine does work under the same lock file, neither in this process nor in others.
 * A lock whose process is gone counts for nothing.
 * @param what that process does, for whoever waits
 */
export function locked<T>(
    path: string,
    work: () => Promise<T>,
    what = `prepares the same thing (${path})`,
): Promise<T> {
    const before = turns.get(path) ?? Promise.resolve();
    const turn = before.then(() => lockedAgainstOthers(path, work, what));
    turns.set(
        path,
        turn.catch(() => undefined),
    );
    return turn;
}

async function lockedAgainstOthers<T>(path: string, work: () => Promise<T>, what: string): Promise<T> {
    endSignal().throwIfAborted();
    mkdirSync(dirname(path), { recursive: true });
    let waiting = false;
    while (!take(path)) {
        if (!waiting) say(`Waiting for process ${holder(path) ?? "?"}, which ${what}${since(path)} ...`);
        waiting = true;
        await sleep(500, undefined, { signal: endSignal() });
    }
    try {
        return await work();
    } finally {
        rmSync(path, { force: true });
    }
}

/** Whether a process of this machine is alive. */
export function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}

function take(path: string): boolean {
    try {
        writeFileSync(path, `${process.pid}\n`, { flag: "wx" });
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const pid = holder(path);
        if (pid === undefined || isAlive(pid)) return false;
        rmSync(path, { force: true });
        return take(path);
    }
}

/** Since when it does. */
function since(path: string): string {
    const taken = statSync(path, { throwIfNoEntry: false })?.mtime;
    return taken ? `, since ${taken.toISOString().replace("T", " ").replace(/\..*/, " UTC")}` : "";
}

function holder(path: string): number | undefined {
    try {
        return Number.parseInt(readFileSync(path, "utf8"), 10) || undefined;
    } catch {
        return undefined;
    }
}
