import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../scripts/setup/paths";

/** For so long an answer is used again, in milliseconds: a day. It may depend on how the Engine is set up. */
const freshness = 24 * 3600 * 1000;

const known = new Map<string, Promise<unknown>>();

/**
 * The answer to a question, asked once: it is kept in memory, and across programs in a file of the cache folder when it is
 * worth keeping. Neither question nor answer may hold a secret.
 */
export function remember<T>(
    question: unknown,
    ask: () => Promise<T>,
    worthKeeping: (answer: T) => boolean,
): Promise<T> {
    const key = createHash("sha256").update(JSON.stringify(question)).digest("hex");
    const answer = known.get(key) ?? look<T>(key, ask, worthKeeping);
    known.set(key, answer);
    return answer as Promise<T>;
}

async function look<T>(key: string, ask: () => Promise<T>, worthKeeping: (answer: T) => boolean): Promise<T> {
    const folder = join(cacheFolder(), "images");
    const path = join(folder, `${key}.json`);
    try {
        if (Date.now() - statSync(path).mtimeMs < freshness) return JSON.parse(readFileSync(path, "utf8")) as T;
    } catch {
        // Not there, or cut short.
    }
    const answer = await ask();
    if (worthKeeping(answer)) keep(folder, path, JSON.stringify(answer));
    return answer;
}

/** A cache that cannot be written costs time only. */
function keep(folder: string, path: string, text: string): void {
    try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(`${path}.${process.pid}`, text);
        renameSync(`${path}.${process.pid}`, path);
    } catch {}
}
