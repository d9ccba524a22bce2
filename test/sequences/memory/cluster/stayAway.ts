import type { MemoryServer } from "../server";
import type { Surroundings } from "../surroundings";

/** Looks for which a master that came up empty stays away at most. */
const patience = 15;

/** What becomes of a master that stays away since it came up empty: it starts, maybe as a stranger. */
export function stayAway(world: Surroundings, server: MemoryServer): void {
    const { away, disk } = server;
    if (!away || server.stopped) return;
    away.until ??= world.now + patience;
    const settled = isSettled(world, server);
    if (!settled && world.now < away.until) return;
    if (!settled) disk.cluster = undefined;
    server.away = undefined;
    server.begin(0);
}

/** Whether a replica has taken its place, or none of them has anything that could be lost. */
function isSettled(world: Surroundings, server: MemoryServer): boolean {
    const { cluster } = server.disk;
    if (!cluster) return true;
    let something = false;
    for (const { id, isMaster, master, endpoint } of cluster.known.values()) {
        const ours = !isMaster && master === cluster.id;
        if (!endpoint || (!ours && cluster.slots.owns(isMaster ? id : (master ?? "")))) continue;
        const replica = world.at(endpoint);
        const process = replica?.answers && !server.cut && !world.isCut(server.name, replica.name) && replica.process;
        const keys = process && process.loading === 0 ? process.keys : -1;
        if (process && keys === 0) continue;
        if (process && !process.following && keys > 0 && ours) return true;
        something = true;
    }
    return !something;
}
