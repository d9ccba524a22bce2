import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { quarantine } from "../../redis/model/files/replicaOf";
import type { Endpoint } from "../../redis/model/model";
import { fieldOf, parseInfo } from "../redis/info";
import { replicate } from "./replicate";

/** How long writes may be held, in milliseconds. Redis lets them through after that by itself. */
const hold = 5_000;
/** How long the successor may take to receive what was written before that, in milliseconds. */
const patience = 3_000;
/** How long after the master was set aside the successor may be promoted, in milliseconds: less than others wait for it. */
const lease = 4_000;
/** Pause between two looks, in milliseconds. */
const pause = 5;

/**
 * Has a master hand over to a replica, without losing a write: writes are held, the replica receives what was written
 * before, the master is set aside, and only then the replica promoted. Each of them writes down at once what it is: killed
 * anywhere in between, program or servers, it leaves a master, or none, and never two.
 *
 * Redis's own FAILOVER does the same and takes 0.4 to 1 s: it waits until the replica reports its offset by itself, once
 * a second. This takes some hundredths of a second.
 *
 * @throws when the replica does not catch up; then the master is what it was.
 */
export async function failover(master: Redis, successor: Redis, announce: Endpoint): Promise<void> {
    await master.call("client", "pause", String(hold), "write");
    try {
        await caughtUp(successor, await positionOf(master));
        const asideSince = Date.now();
        try {
            await replicate(master, quarantine);
            // Held writes may have been let through if this program stood still. Set aside, the master takes none any more.
            await caughtUp(successor, await positionOf(master, "slave"));
        } catch (error) {
            // Somebody else may have promoted the successor: this would be a second master.
            if (!(await isMaster(successor).catch(() => false))) await replicate(master);
            throw error;
        }
        // After that time another update takes this one for killed, and may have promoted somebody else.
        if (Date.now() - asideSince > lease) throw new Error("this program stood still while it handed over");
        // Without an answer to this it may be a master: the other one stays aside until that has been seen.
        await replicate(successor);
        await replicate(master, announce);
    } finally {
        await master.call("client", "unpause").catch(() => undefined);
    }
}

/** Where a server is in which replication history. */
interface Position {
    history: string;
    offset: number;
}

async function positionOf(server: Redis, role = "master"): Promise<Position> {
    const info = parseInfo(await server.info("replication"));
    // Another program may have changed it since it was looked at.
    if (info.get("role") !== role)
        throw new Error(`expected the one that hands over to be a ${role}, seen ${info.get("role")}`);
    return { history: fieldOf(info, "master_replid"), offset: Number(info.get("master_repl_offset") ?? 0) };
}

async function isMaster(server: Redis): Promise<boolean> {
    return parseInfo(await server.info("replication")).get("role") === "master";
}

/** Waits until a replica has everything up to a position of its master. */
async function caughtUp(replica: Redis, { history, offset }: Position): Promise<void> {
    for (const until = Date.now() + patience; ; await sleep(pause)) {
        const info = parseInfo(await replica.info("replication"));
        const received = Number(info.get("slave_repl_offset") ?? 0);
        const same = info.get("role") === "slave" && info.get("master_replid") === history;
        if (same && received >= offset) return;
        if (Date.now() < until) continue;
        const seen = same ? `${received} of ${offset} bytes` : "it in another replication history";
        throw new Error(`expected the successor to have everything within ${patience / 1000} s, seen ${seen}`);
    }
}
