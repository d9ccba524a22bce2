import { setTimeout as sleep } from "node:timers/promises";
import type { Processes } from "./processes";

/** How long what was acknowledged may take to reach every replica, in milliseconds. */
const patience = 5_000;

/** Keys that are not where they should be. */
export interface Missing {
    /** On no master. */
    lost: string[];
    /** On a master, and not on a replica of it: so many of the replica's. */
    behind: { node: string; keys: number }[];
}

/** Looks for keys on masters and on every replica, until all are there or there has been time for it. */
export async function missing(servers: Processes, keys: string[]): Promise<Missing> {
    for (const until = Date.now() + patience; ; await sleep(100)) {
        const found = await look(servers, keys);
        if ((found.lost.length === 0 && found.behind.length === 0) || Date.now() > until) return found;
    }
}

async function look(servers: Processes, keys: string[]): Promise<Missing> {
    const held = await Promise.all(
        servers.model.nodes.map(async ({ name, announce }) => {
            const client = servers.admin(name);
            const [role, parent] = await Promise.all([client.call("role") as Promise<unknown[]>, parentOf(client)]);
            return {
                name,
                port: announce.port,
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
        const above = held.find(({ port }) => port === replica.parent);
        const absent = keys.filter((key) => above?.keys.has(key) && !replica.keys.has(key));
        return absent.length > 0 || !above ? [{ node: replica.name, keys: absent.length }] : [];
    });
    return { lost, behind };
}

async function parentOf(client: ReturnType<Processes["admin"]>): Promise<number> {
    return Number(/^master_port:(\d+)/m.exec(await client.info("replication"))?.[1] ?? 0);
}
