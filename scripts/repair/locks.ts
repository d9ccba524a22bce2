import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive } from "../setup/lock";

/** Who holds a stack of a file backend, as the CLI writes it down. */
export interface StackLock {
    pid: number;
    hostname: string;
    timestamp: string;
}

/** What a lock is worth: held by a living process, left by one that is gone, or made on another machine. */
export type Standing = "live" | "stale" | "elsewhere";

/** What lies where a stack's locks are kept. */
export interface Locks {
    locks: StackLock[];
    /** Whether there are files that are no whole lock: one is being written, or its writer was killed. */
    fragments: boolean;
}

/** The locks of a stack in the file backend at `folder`. */
export function stackLocks(folder: string, project: string, stack: string): Locks {
    const place = join(folder, ".pulumi", "locks", "organization", project, stack);
    let files: string[];
    try {
        files = readdirSync(place).filter((file) => !file.endsWith(".attrs"));
    } catch {
        return { locks: [], fragments: false };
    }
    const locks = files.flatMap((file) => parseLock(readIfThere(join(place, file))) ?? []);
    return { locks, fragments: locks.length < files.length };
}

/** Who holds a lock, for people. */
export function holderOf({ pid, hostname, timestamp }: StackLock): string {
    return `process ${pid} on ${hostname}, since ${timestamp}`;
}

/** A lock from its file's text; undefined when it is none. */
export function parseLock(text: string | undefined): StackLock | undefined {
    try {
        const { pid, hostname, timestamp } = JSON.parse(text ?? "");
        if (!Number.isInteger(pid) || typeof hostname !== "string") return undefined;
        return { pid, hostname, timestamp: String(timestamp) };
    } catch {
        return undefined;
    }
}

/** Judges a lock. `isPulumi` says whether a process id belongs to a running Pulumi. */
export function standing(lock: StackLock, isPulumi = isRunningPulumi, here = hostname()): Standing {
    if (lock.hostname !== here) return "elsewhere";
    return isPulumi(lock.pid) ? "live" : "stale";
}

/** Whether this process is alive and a Pulumi CLI: an id may have gone to another program since. */
function isRunningPulumi(pid: number): boolean {
    if (!isAlive(pid)) return false;
    // Where there is no /proc, a living process is taken for the one that is meant.
    const command = readIfThere(`/proc/${pid}/cmdline`);
    return command === undefined || /pulumi/.test(command.split("\0")[0] ?? "");
}

/** A file that may go at any moment. */
function readIfThere(path: string): string | undefined {
    try {
        return readFileSync(path, "utf8");
    } catch {
        return undefined;
    }
}
