import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { NodeModel } from "../redis/model/model";
import { declaredKeeping, firstNeeded, type Keeping, logRewrite } from "../redis/plan/persistence";
import { parseInfo } from "./redis/info";
import { atomically, pipelined } from "./redis/pipeline";

/** How long a log or a snapshot may take without a sign of going on, in milliseconds. */
const patience = 60_000;
/** How often a long one is told of, in milliseconds. */
const telling = 10_000;
/** Pause between two looks, in milliseconds. */
const pause = 50;

type Say = (line: string) => void;

/**
 * Has a server keep its data as declared. The new way holds everything before the old one ends, and what the server
 * writes down for its next start (CONFIG REWRITE) names a way only once that holds everything: killed at any moment, it
 * starts with all that was on disk. Interrupted, it is done again from the start.
 * @throws when the new log or snapshot cannot be written; the old way goes on then.
 */
export async function changePersistence(client: Redis, node: NodeModel, say: Say): Promise<void> {
    const declared = declaredKeeping(node);
    const live = await liveKeeping(client);
    const needed = firstNeeded(declared, live);
    if (needed === "log") {
        if (live.appendonly !== "yes") await client.config("SET", "appendonly", "yes");
        await logComplete(client, node.name, say);
    }
    if (needed === "snapshot") await newSnapshot(client, node.name, say);
    await atomically(client, [
        ["config", "set", "appendonly", declared.appendonly, "save", declared.save],
        ["config", "rewrite"],
    ]);
}

async function liveKeeping(client: Redis): Promise<Keeping> {
    const [appendonly, save] = (await pipelined(client, [
        ["config", "get", "appendonly"],
        ["config", "get", "save"],
    ])) as string[][];
    return { appendonly: appendonly?.[1] ?? "", save: save?.[1] ?? "" };
}

/**
 * Waits until a server's log holds everything. After it was turned on that takes a rewrite, which Redis begins again
 * until it succeeds; the log is no use before.
 */
export async function logComplete(client: Redis, node: string, say: Say): Promise<void> {
    const rewrites = Number((await persistence(client)).get("aof_rewrites"));
    await until(client, `${node}: expected its log to hold everything`, say, (info) => {
        if (info.get("aof_enabled") !== "1") return true;
        // The first one that is counted may have ended before.
        const failed = Number(info.get("aof_rewrites")) > rewrites + 1 && !isOk(info, "aof_last_bgrewrite_status");
        if (failed) throw new Error(failure(node, "log", "aof_last_bgrewrite_status:err"));
        return logRewrite(info) === undefined;
    });
}

/** Has a server write a snapshot that holds everything of this moment. */
async function newSnapshot(client: Redis, node: string, say: Say): Promise<void> {
    const expected = `${node}: expected a snapshot that holds everything`;
    for (;;) {
        await until(client, expected, say, (info) => !isWriting(info));
        const before = await client.lastsave();
        // Redis tells when it saved in seconds: another one must not look like the one before.
        const [now = "0"] = (await client.time()).map(String);
        if (Number(now) <= before) {
            await sleep(pause);
            continue;
        }
        // A save point, or a replica, may have been faster.
        const begun = await client.bgsave().catch((error: Error) => {
            if (!/in progress|another child|rewriting/i.test(error.message)) throw error;
        });
        if (!begun) continue;
        await until(client, expected, say, (info) => !isWriting(info));
        const info = await persistence(client);
        if (!isOk(info, "rdb_last_bgsave_status"))
            throw new Error(failure(node, "snapshot", "rdb_last_bgsave_status:err"));
        // A synchronisation or FLUSHALL ends a snapshot without calling that an error.
        if ((await client.lastsave()) > before) return;
    }
}

const isOk = (info: Map<string, string>, field: string): boolean => info.get(field) === "ok";

const isWriting = (info: Map<string, string>): boolean =>
    ["rdb_bgsave_in_progress", "aof_rewrite_in_progress", "aof_rewrite_scheduled"].some(
        (name) => info.get(name) !== "0",
    );

const persistence = async (client: Redis): Promise<Map<string, string>> => parseInfo(await client.info("persistence"));

const failure = (node: string, what: string, seen: string): string =>
    `${node}: expected a new ${what} to be written before its data is kept in no other way, seen ${seen}: ` +
    "is there room on its disk? Its log on Docker says why; until then it keeps its data as before";

/** Looks again until something is so, as long as Redis goes on writing. */
async function until(
    client: Redis,
    expected: string,
    say: Say,
    done: (info: Map<string, string>) => boolean,
): Promise<void> {
    let seen = "";
    let deadline = Date.now() + patience;
    let next = Date.now() + telling;
    for (;;) {
        const info = await persistence(client);
        if (done(info)) return;
        const keys = `${info.get("current_save_keys_processed") ?? 0} of ${info.get("current_save_keys_total") ?? 0} keys`;
        const moving = [keys, info.get("current_cow_size"), info.get("aof_rewrites"), info.get("rdb_saves")].join();
        if (moving !== seen) deadline = Date.now() + patience;
        seen = moving;
        if (Date.now() > deadline) throw new Error(`${expected}, seen ${keys} for ${patience / 1000} s`);
        if (Date.now() > next) {
            say(`${expected}, seen ${keys} written`);
            next += telling;
        }
        await sleep(pause);
    }
}
