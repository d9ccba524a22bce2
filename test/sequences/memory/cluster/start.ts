import type { MemoryServer } from "../server";
import type { World } from "../world";
import { ClusterNode } from "./node";
import { slotOfWrite } from "./slots";

/** Looks for which a master that came up empty stays away at most. */
const patience = 15;
/** By which a newcomer keeps replicas waiting (redis/model/files/startScript.ts). */
export const guard = { "repl-diskless-sync": "yes", "repl-diskless-sync-delay": "86400" };

/** The node that a volume holds, or a new one. */
export function nodeOf({ disk }: MemoryServer, newId: () => string): ClusterNode {
    disk.cluster ??= new ClusterNode(newId());
    return disk.cluster;
}

/** Whether a newcomer gives its data to nobody. */
export const isNewcomer = ({ isMaster, serves }: ClusterNode): boolean => isMaster && !serves;

/** What becomes of a master that stays away since it came up empty: it starts, maybe as a stranger. */
export function stayAway(world: World, server: MemoryServer): void {
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
function isSettled(world: World, server: MemoryServer): boolean {
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

/** A master that loaded keys of slots that it does not own takes what is nobody's, and opens what is another's. */
export function takeLoaded(server: MemoryServer): void {
    const { process, disk } = server;
    const node = disk.cluster;
    if (!process || !node?.isMaster) return;
    for (const [number, slot] of slotOfWrite.entries()) {
        if ((process.keys & (1 << number)) === 0) continue;
        const owner = node.slots.ownerOf(slot);
        if (owner === node.id || node.importing.has(slot)) continue;
        if (owner === "") node.slots.give({ from: slot, to: slot }, node.id);
        else node.importing.set(slot, owner);
    }
}
