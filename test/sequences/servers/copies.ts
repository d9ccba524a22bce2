import { type Declaration, originOf } from "../declaration";
import { rootOf } from "../losses";
import type { Processes } from "./processes";

/** In seconds: Redis looks once a second whether a link is to be made. */
const moment = 2;

/**
 * What is wrong with stopping a server now, in a sentence: a master goes that a replica could stand in for, or a copy goes
 * while another one is missing. Judged by what servers say themselves, not by what the program takes for true.
 *
 * @param before what was declared before the change, by which a server is one that had the data
 */
export async function problemOfStopping(
    name: string,
    servers: Processes,
    before: Declaration,
): Promise<string | undefined> {
    const now = servers.declared;
    const originAt = (one: string) => originOf(now.servers.find((server) => server.name === one) ?? { name: one });
    const had = (one: string) => before.servers.some((server) => originOf(server) === originAt(one));
    if (!had(name) || !now.servers.some((server) => server.name === name)) return undefined;
    const others = now.servers.filter(
        (server) => server.name !== name && had(server.name) && rootOf(now, server.name) === rootOf(now, name),
    );
    if (others.length === 0) return undefined;
    const own = await replication(name, servers);
    if (own?.role === "master" && Number(own.connected_slaves) > 0) {
        return `${name} was stopped while it was the master of ${own.connected_slaves} replicas`;
    }
    const states = await Promise.all(
        others.map(async (other) => ({ other, state: await replication(other.name, servers) })),
    );
    const missing = states.filter(({ state }) => state?.role !== "master" && !isLinked(state));
    if (missing.length === 0) return undefined;
    return `${name} was stopped while ${missing.map(({ other }) => other.name).join(", ")} had no link to a master`;
}

/** A replica makes its link anew when its master is promoted, or follows another one: it has everything a moment later. */
function isLinked(state: Record<string, string> | undefined): boolean {
    if (state?.master_link_status === "up") return true;
    return state?.master_sync_in_progress === "0" && Number(state?.master_link_down_since_seconds ?? moment) < moment;
}

async function replication(name: string, servers: Processes): Promise<Record<string, string> | undefined> {
    try {
        const info = await servers.admin(name).info("replication");
        return Object.fromEntries(
            info.split("\r\n").flatMap((line) => {
                const colon = line.indexOf(":");
                return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
            }),
        );
    } catch {
        return undefined;
    }
}
