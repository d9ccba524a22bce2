import type { Handiwork } from "../../actions";
import type { MemoryServer } from "../server";
import type { Surroundings } from "../surroundings";
import { reachable, runningOf } from "./bus";
import { failover, forget } from "./commands";

/** The servers that take a write of a new key in a slot: who owns it by its own account, or is being given it. */
export function takersOf(world: Surroundings, masters: MemoryServer[], slot: number): MemoryServer[] {
    return masters.flatMap((server) => {
        const node = server.disk.cluster;
        if (!node?.isMaster || !node.ok || node.slots.ownerOf(slot) !== node.id) return [];
        const target = node.migrating.get(slot);
        if (target === undefined) return [server];
        // Asked for a key that it does not have, it sends clients on (ASK).
        const other = reachable(world, server, node.known.get(target)?.endpoint);
        if (!other || !world.takesWrites(other.server) || !other.node.ok) return [];
        return other.node.importing.has(slot) || other.node.slots.ownerOf(slot) === other.node.id ? [other.server] : [];
    });
}

/** Whether another server owns a slot with a higher epoch, of which a master has not heard. */
export function isStale(servers: MemoryServer[], { disk }: MemoryServer, slot: number): boolean {
    const node = disk.cluster;
    if (!node || node.slots.ownerOf(slot) !== node.id) return false;
    return servers.some(({ disk: { cluster } }) => {
        if (!cluster?.isMaster || cluster === node || cluster.epoch <= node.epoch) return false;
        return cluster.slots.ownerOf(slot) === cluster.id;
    });
}

/** What somebody does to a node beside the program. */
export function byHandInCluster(world: Surroundings, what: Handiwork, server: MemoryServer): void {
    const one = runningOf(server);
    if (!one) return;
    if (what === "role") failover(world, one, "graceful");
    else if (what === "forget") {
        const other = world.servers.find((another) => another !== server && another.answers && runningOf(another));
        const by = other && runningOf(other);
        if (by) forget(world, by, one.node.id);
    }
}
