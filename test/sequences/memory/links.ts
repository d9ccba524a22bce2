import { hashPassword } from "../../../redis/acl/rules";
import { sameEndpoint } from "../../../redis/model/endpoint";
import { quarantine } from "../../../redis/model/files/replicaOf";
import type { Endpoint } from "../../../redis/model/model";
import { guard } from "./cluster/start";
import type { Process } from "./process";
import type { MemoryServer } from "./server";
import type { Surroundings } from "./surroundings";

/** Bytes that a backlog holds: a large write is more than that. */
export const backlogSize = 1_000;
/** Looks after which a replica gives up a master that says nothing (`repl-timeout`). */
const patience = 6;

/** REPLICAOF: who was a master can go on from where it is; who was a replica, from where it was. */
export function follow(process: Process, master: Endpoint): void {
    if (!process.following) {
        process.cached = true;
        process.backlogFrom ??= process.offset + 1;
    }
    Object.assign(process, { following: master, link: "down", syncLeft: 0 });
}

/** REPLICAOF NO ONE: a new history, which is the old one up to here. */
export function lead(process: Process, newId: () => string): void {
    if (!process.following) return;
    process.earlier = { id: process.id, until: process.offset + 1 };
    process.id = newId();
    Object.assign(process, { following: undefined, link: "down", syncLeft: 0, cached: false, linked: false });
}

/** Some time goes by between servers: links come up or break, synchronisations end, replicas catch up. */
export function replicate(world: Surroundings): void {
    for (const server of world.servers) {
        const { process } = server;
        if (!process || server.stopped || process.loading > 0) continue;
        if (process.rewriting > 0) process.rewriting--;
        if (!process.following) continue;
        const above = reached(world, server, process.following);
        if (!above) {
            // Nobody closes the connections of a master that stands still or is cut off, until they are given up.
            if (process.link === "down" || ++process.quiet > patience || !isMute(world, server)) breakLink(process);
            continue;
        }
        process.quiet = 0;
        const parent = above.process as Process;
        // Who restarts, or begins another history, has its replicas connect anew.
        const anew = process.link === "up" && (process.parent !== parent || process.id !== parent.id);
        if (anew || process.parent !== parent) breakLink(process);
        if (!gives(parent)) breakLink(process);
        else if (process.link === "down" && !accepts(parent, process)) breakLink(process);
        else if (process.link === "up") advance(process, parent, world.isSlow(server.name));
        else if (process.link === "syncing") synchronise(server, above, world);
        else if (continues(process, parent)) goOn(server, parent, world);
        else begin(process, parent, world);
    }
}

/** The server at an endpoint, when it can be talked to. */
function reached(world: Surroundings, server: MemoryServer, endpoint: Endpoint): MemoryServer | undefined {
    if (endpoint === quarantine || server.cut) return undefined;
    const above = world.at(endpoint);
    if (!above?.answers || above.process?.loading || world.isCut(server.name, above.name)) return undefined;
    return above;
}

export function serverAt(servers: MemoryServer[], endpoint: Endpoint): MemoryServer | undefined {
    return servers.find(({ announce, container }) => container && sameEndpoint(announce, endpoint));
}

function isMute(world: Surroundings, server: MemoryServer): boolean {
    const above = world.at(server.process?.following ?? quarantine);
    if (!above?.process || above.container?.state === "restarting") return false;
    return above.stopped || above.cut || server.cut || world.isCut(server.name, above.name);
}

function breakLink(process: Process): void {
    if (process.link === "up") process.downFor = 0;
    process.link = "down";
    process.downFor++;
    process.syncLeft = 0;
}

/** Redis gives replicas nothing as long as it has nothing from its own master. */
const gives = ({ following, link }: Process): boolean => !following || link === "up";

/** Whether a replica signs in: its password is one of those that the master takes. */
function accepts(parent: Process, { settings }: Process): boolean {
    const user = parent.users.find(({ name }) => name === "replication");
    return !!user?.enabled && user.passwordHashes.includes(hashed(settings.masterauth ?? ""));
}

const hashes = new Map<string, string>();

function hashed(password: string): string {
    const known = hashes.get(password) ?? hashPassword(password);
    hashes.set(password, known);
    return known;
}

/** What a master asks itself (`masterTryPartialResynchronization`). */
function continues(replica: Process, { id, earlier, offset, backlogFrom }: Process): boolean {
    if (!replica.cached || backlogFrom === undefined) return false;
    const next = replica.offset + 1;
    if (replica.id !== id && !(replica.id === earlier?.id && next <= earlier.until)) return false;
    return next >= backlogFrom && next <= offset + 1;
}

/** `+CONTINUE`: the history may have another name from here on. */
function goOn(server: MemoryServer, parent: Process, { servers }: Surroundings): void {
    const process = server.process as Process;
    if (process.id !== parent.id) {
        process.earlier = { id: process.id, until: process.offset + 1 };
        process.id = parent.id;
        disconnectReplicas(server, servers);
    }
    process.backlogFrom ??= process.offset + 1;
    Object.assign(process, { link: "up", parent, downFor: 0, cached: true, linked: true });
    advance(process, parent, false);
}

/** A full synchronisation is asked for. A master without a backlog begins a history with it. */
function begin(process: Process, parent: Process, { duration, newId }: Surroundings): void {
    if (parent.backlogFrom === undefined) {
        if (!parent.following) {
            parent.id = newId();
            parent.earlier = undefined;
        }
        parent.backlogFrom = parent.offset + 1;
    }
    process.link = "syncing";
    process.parent = parent;
    process.syncLeft = duration();
}

/** Everything of the parent takes the place of everything that the replica has. */
function synchronise(server: MemoryServer, above: MemoryServer, { servers, duration }: Surroundings): void {
    const [process, parent] = [server.process as Process, above.process as Process];
    // A newcomer to a cluster keeps its replicas waiting.
    if (parent.settings["repl-diskless-sync-delay"] === guard["repl-diskless-sync-delay"]) return;
    if (--process.syncLeft > 0) return;
    if (process.appendonly && process.rewriting === 0) server.disk.log = process.keys;
    const { keys, offset, id } = parent;
    Object.assign(process, {
        keys,
        offset,
        id,
        earlier: undefined,
        backlogFrom: offset + 1,
        link: "up",
        cached: true,
        linked: true,
    });
    server.disk.snapshot = { keys, at: { id, offset } };
    // Its log holds what it had before until another one is complete.
    if (process.appendonly) process.rewriting = duration();
    disconnectReplicas(server, servers);
}

/** A replica receives what its parent has; a slow one a write less. */
function advance(process: Process, { keys, offset, id }: Process, slow: boolean): void {
    if (slow || process.id !== id) return;
    process.keys = keys;
    process.offset = offset;
    process.backlogFrom = Math.max(process.backlogFrom ?? 0, offset + 1 - backlogSize);
}

/** Whose master begins another history connects anew. */
export function disconnectReplicas(server: MemoryServer, servers: MemoryServer[]): void {
    for (const { process } of servers) {
        if (process?.following && sameEndpoint(process.following, server.announce)) breakLink(process);
    }
}

/** A write on a master: its stream goes on where anybody may follow it. */
export function write(process: Process, key: number, bytes: number): void {
    process.keys |= key;
    if (process.backlogFrom === undefined) return;
    process.offset += bytes;
    process.backlogFrom = Math.max(process.backlogFrom, process.offset + 1 - backlogSize);
}
