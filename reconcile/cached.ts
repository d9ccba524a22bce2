import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "./cacheFolder";

/** For so long an answer is used again, in milliseconds: a day. It may depend on how the Engine is set up. */
const freshness = 24 * 3600 * 1000;

const known = new Map<string, Promise<unknown>>();

/**
 * The answer to a question, asked once: it is kept in memory, and across programs in a file of the cache folder when it is
 * worth keeping. Neither question nor answer may hold a secret.
 * @param anew whether it is asked although an answer is kept, which this one then replaces
 */
export function cached<T>(
    question: unknown,
    ask: () => Promise<T>,
    worthKeeping: (answer: T) => boolean,
    anew = false,
): Promise<T> {
    const key = createHash("sha256").update(JSON.stringify(question)).digest("hex");
    const path = join(cacheFolder(), "images", `${key}.json`);
    const kept = anew ? undefined : known.get(key);
    const answer = kept ?? (anew ? undefined : read(path)) ?? asked(path, ask, worthKeeping);
    known.set(key, answer);
    return answer as Promise<T>;
}

/** What an earlier program kept; undefined when there is nothing, or nothing whole. */
function read(path: string): Promise<unknown> | undefined {
    try {
        if (Date.now() - statSync(path).mtimeMs > freshness) return undefined;
        return Promise.resolve(JSON.parse(readFileSync(path, "utf8")));
    } catch {
        return undefined;
    }
}

async function asked<T>(path: string, ask: () => Promise<T>, worthKeeping: (answer: T) => boolean): Promise<T> {
    const answer = await ask();
    if (worthKeeping(answer)) keep(path, JSON.stringify(answer));
    return answer;
}

/** A cache that cannot be written costs time only. */
function keep(path: string, text: string): void {
    try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(`${path}.${process.pid}`, text);
        renameSync(`${path}.${process.pid}`, path);
    } catch {}
}
