import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where the key is kept that is made of a folder's passphrase and a salt. */
const pathOf = (folder: string, salt: string) =>
    join(folder, "keys", createHash("sha256").update(salt).digest("hex").slice(0, 16));

/** A key that was kept; undefined where there is none. Whoever takes it has to prove it. */
export function readKey(folder: string, salt: string): Buffer | undefined {
    try {
        return readFileSync(pathOf(folder, salt));
    } catch {
        return undefined;
    }
}

/** Keeps a key where its passphrase lies, as closed as that: making it takes a quarter of a second. */
export function keepKey(folder: string, salt: string, key: Buffer): void {
    const path = pathOf(folder, salt);
    try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.${process.pid}`, key, { mode: 0o600 });
        renameSync(`${path}.${process.pid}`, path);
    } catch {
        // It is made again the next time.
    }
}
