import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "./lock";

/**
 * Makes a temporary folder for this process, which removes it when it is done with it. Those of processes that were killed
 * before they could are removed first.
 * @param what it is for
 */
export function temporaryFolder(what: string): string {
    for (const name of readdirSync(tmpdir())) {
        const [, pid] = /^redis-on-docker-[a-z]+-(\d+)-\w{6}$/.exec(name) ?? [];
        if (pid && !isAlive(Number(pid))) remove(join(tmpdir(), name));
    }
    return mkdtempSync(join(tmpdir(), `redis-on-docker-${what}-${process.pid}-`));
}

function remove(folder: string): void {
    try {
        rmSync(folder, { recursive: true, force: true });
    } catch {
        // It is another user's.
    }
}
