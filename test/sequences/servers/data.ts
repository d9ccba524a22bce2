import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";

/** How long what was acknowledged may take to reach every replica, in milliseconds. */
const patience = 5_000;

/** A server that can be asked for what it holds. */
export interface Holder {
    name: string;
    client: Redis;
}

/** Keys that are not where they should be. */
export interface Missing {
    /** On no master. */
    lost: string[];
    /** On a master, and not on a replica of it: so many of the replica's. */
    behind: { node: string; keys: number }[];
}

/** Looks for keys on masters and on every replica, until all are there or there has been time for it. */
export async function missing(servers: Holder[], keys: string[]): Promise<Missing> {
    for (const until = Date.now() + patience; ; await sleep(100)) {
        const found = await look(servers, keys);
        if ((found.lost.length === 0 && found.behind.length === 0) || Date.now() > until) return found;
    }
}

async function look(servers: Holder[], keys: string[]): Promise<Missing> {
    const held = await Promise.all(
        servers.map(async ({ name, client }) => {
            const [role, at, parent] = await Promise.all([
                client.call("role") as Promise<unknown[]>,
                announced(client),
                parentOf(client),
            ]);
            return {
                name,
                at,
                role: String(role[0]),
                parent,
                keys: new Set(await client.keys("ledger:*")),
            };
        }),
    );
    const masters = held.filter(({ role }) => role === "master");
    const lost = keys.filter((key) => !masters.some((master) => master.keys.has(key)));
    const behind = held.flatMap((replica) => {
        if (replica.role === "master") return [];
        // In a chain the parent is a replica, too.
        const above = held.find(({ at }) => at === replica.parent);
        const absent = keys.filter((key) => above?.keys.has(key) && !replica.keys.has(key));
        return absent.length > 0 || !above ? [{ node: replica.name, keys: absent.length }] : [];
    });
    return { lost, behind };
}

/** Whom a server follows: host and port. */
async function parentOf(client: Redis): Promise<string> {
    const info = await client.info("replication");
    const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
    return `${field("master_host")} ${field("master_port")}`;
}

/** How others know a server: host and port. */
async function announced(client: Redis): Promise<string> {
    const answer = (await client.config("GET", "replica-announce-*")) as string[];
    const field = (name: string) => answer[answer.indexOf(name) + 1];
    return `${field("replica-announce-ip")} ${field("replica-announce-port")}`;
}
