import type { SlotRange } from "../../../../redis/model/cluster/slots";
import { sameEndpoint } from "../../../../redis/model/endpoint";
import type { Endpoint } from "../../../../redis/model/model";
import { follow } from "../links";
import type { Process } from "../process";
import type { MemoryServer } from "../server";
import type { Surroundings } from "../surroundings";
import type { ClusterNode, Known } from "./node";
import { keysIn } from "./slots";

/** `cluster-node-timeout` in looks: as declared, and while a cluster forms. */
const timeouts = { usual: 5, temporary: 2 };
/** Looks for which a master that has just started, or is back from a minority, serves nobody. */
const rejoining = 2;
/** Looks for which what was forgotten is not taken back from what others say. */
export const forgetfulness = 12;
/** Looks after which a meeting that does not come about is given up. */
export const meetingTime = 2;

/** A node of a cluster that runs. */
export interface Running {
    server: MemoryServer;
    process: Process;
    node: ClusterNode;
}

export function timeoutOf({ settings }: Process): number {
    const timeout = settings["cluster-node-timeout"];
    return timeout === "501" || timeout === "1001" ? timeouts.temporary : timeouts.usual;
}

/** A node whose process runs and takes part. */
export function runningOf(server: MemoryServer): Running | undefined {
    const { process, disk } = server;
    if (!process || !disk.cluster || server.stopped || process.loading > 0) return undefined;
    return { server, process, node: disk.cluster };
}

/** The node at an endpoint, where another one can reach it. */
export function reachable(
    world: Surroundings,
    from: MemoryServer,
    endpoint: Endpoint | undefined,
): Running | undefined {
    if (!endpoint || from.cut) return undefined;
    const server = world.at(endpoint);
    if (!server || server.cut || world.isCut(from.name, server.name)) return undefined;
    return runningOf(server);
}

/** Those whom it was told to meet, and who answer, are known from now on, and know it. */
export function meet(world: Surroundings, one: Running): void {
    const { node, server } = one;
    if (node.meetings.length === 0) return;
    node.meetings = node.meetings.filter(({ endpoint, until }) => {
        const other = reachable(world, server, endpoint);
        if (!other) return world.now < until;
        if (other.node !== node) {
            acquaint(world, one, other);
            acquaint(world, other, one);
        }
        return false;
    });
    node.changed();
}

function acquaint(world: Surroundings, one: Running, other: Running): void {
    const { announce } = other.server;
    const known = one.node.known.get(other.node.id);
    // Since 7.2 those that have forgotten somebody tell everybody so.
    if (!known && isForgotten(world, one, other.node.id) && isNewer(one.server)) return;
    if (!known) one.node.add(other.node.id, announce, world.now, { isMaster: true, epoch: 0 });
    else if (!known.endpoint || !sameEndpoint(known.endpoint, announce)) known.endpoint = announce;
}

export const isNewer = ({ files }: MemoryServer): boolean => files.model.image === "redis:8.0";

const isForgotten = ({ now }: Surroundings, { node }: Running, id: string): boolean =>
    (node.forgotten.get(id) ?? -1) > now;

/** A node asks another one: who answers, and what it has to tell. */
export function ping(world: Surroundings, one: Running, known: Known): void {
    const { node, server } = one;
    if (!known.endpoint) return;
    const other = reachable(world, server, known.endpoint);
    if (!other) {
        // Who stands still, or is cut off, closes no connection.
        const there = world.at(known.endpoint);
        if (known.linkUp && !there?.process) {
            known.linkUp = false;
            node.changed();
        }
        return;
    }
    if (other.node.id !== known.id) {
        known.endpoint = undefined;
        known.linkUp = false;
        node.changed();
        return;
    }
    known.heard = world.now;
    if (!known.linkUp) {
        known.linkUp = true;
        node.changed();
    }
    // What is new may be told at once, or with a later ping.
    if (world.random.oneIn(world.isSlow(server.name) || world.isSlow(other.server.name) ? 2 : 4)) return;
    hear(world, one, known, other);
}

/** Tells everybody at once. */
export function broadcast(world: Surroundings, one: Running): void {
    for (const known of one.node.known.values()) {
        const other = reachable(world, one.server, known.endpoint);
        const theirs = other?.node.known.get(one.node.id);
        if (!other || !theirs || world.isSlow(one.server.name) || world.isSlow(other.server.name)) continue;
        hear(world, other, theirs, one);
    }
}

/** Takes in what another node says of itself and of others. */
export function hear(world: Surroundings, one: Running, known: Known, other: Running): void {
    const { node } = one;
    if (known.seen === other.node.version && known.seenOwn === node.version) return;
    const said = other.node;
    if (said.currentEpoch > node.currentEpoch) node.currentEpoch = said.currentEpoch;
    if (said.isMaster && said.epoch > known.epoch) {
        known.epoch = said.epoch;
        node.changed();
    }
    if (said.isMaster !== known.isMaster || said.master !== known.master) {
        if (!said.isMaster && known.isMaster) node.slots.inherit(known.id, "");
        known.isMaster = said.isMaster;
        known.master = said.master;
        node.changed();
    }
    const lead = said.isMaster ? said.id : said.master;
    if (lead !== undefined) {
        const claimed = said.slots.rangesOf(lead);
        const epoch = said.epochOf(lead);
        if (said.isMaster) take(world, one, said.id, epoch, claimed);
        correct(world, one, other, lead, epoch, claimed);
    }
    // Of two masters with the same epoch the one with the lesser id moves on.
    if (said.isMaster && node.isMaster && said.epoch === node.epoch && node.id < said.id) {
        node.epoch = ++node.currentEpoch;
        node.changed();
    }
    gossipSection(world, one, other);
    foldChain(one);
    known.seen = said.version;
    known.seenOwn = node.version;
}

/** A replica of a replica follows that one's master. */
function foldChain(one: Running): void {
    const { node } = one;
    const above = node.master === undefined ? undefined : node.known.get(node.master);
    if (!above || above.isMaster || !above.master || above.master === node.id || !node.known.has(above.master)) return;
    replicate(one, above.master);
}

/** Slots go to whoever claims them with the higher epoch (`clusterUpdateSlotsConfigWith`). */
export function take(
    world: Surroundings,
    one: Running,
    id: string,
    epoch: number,
    claimed: readonly SlotRange[],
): void {
    const { node, process } = one;
    if (id === node.id || claimed.length === 0) return;
    const lesser = node.slots.within(claimed, (owner) => owner !== id && (owner === "" || node.epochOf(owner) < epoch));
    if (lesser.length === 0) return;
    const master = node.isMaster ? node.id : node.master;
    let ours = 0;
    let taken: SlotRange[] = [];
    for (const range of lesser) {
        for (const free of withoutOpen(range, node.importing)) {
            if (range.owner === master) ours += free.to - free.from + 1;
            if (range.owner === node.id) taken = [...taken, free];
            node.slots.give(free, id);
        }
    }
    node.changed();
    for (const slot of node.migrating.keys()) if (node.slots.ownerOf(slot) !== node.id) node.migrating.delete(slot);
    const size = claimed.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    if (ours > 0 && master !== undefined && !node.slots.owns(master) && size === ours) replicate(one, id);
    // Keys of slots that somebody else owns now are deleted.
    else if (node.isMaster && taken.length > 0) process.keys &= ~keysIn(taken);
    void world;
}

function withoutOpen(range: SlotRange, open: ReadonlyMap<number, string>): SlotRange[] {
    if (open.size === 0) return [range];
    const parts: SlotRange[] = [];
    let { from } = range;
    for (const slot of [...open.keys()].sort((a, b) => a - b)) {
        if (slot < from || slot > range.to) continue;
        if (slot > from) parts.push({ from, to: slot - 1 });
        from = slot + 1;
    }
    if (from <= range.to) parts.push({ from, to: range.to });
    return parts;
}

/** Whoever claims slots that another one owns with a higher epoch is told so (UPDATE). */
function correct(
    world: Surroundings,
    one: Running,
    other: Running,
    lead: string,
    epoch: number,
    claimed: readonly SlotRange[],
): void {
    const { node } = one;
    const better = node.slots.within(claimed, (id) => id !== "" && id !== lead && node.epochOf(id) > epoch);
    for (const { owner } of better) {
        const newer = node.epochOf(owner);
        const known = other.node.known.get(owner);
        if (!known || newer <= known.epoch) continue;
        known.epoch = newer;
        if (node.currentEpoch > other.node.currentEpoch) other.node.currentEpoch = node.currentEpoch;
        if (!known.isMaster) Object.assign(known, { isMaster: true, master: undefined });
        other.node.changed();
        take(world, other, owner, newer, node.slots.rangesOf(owner));
        return;
    }
}

/** What another node says of third ones: who is suspected, and who is there. */
function gossipSection(world: Surroundings, one: Running, other: Running): void {
    const { node } = one;
    const known = node.known.get(other.node.id);
    // Who is not known yet is heard by nobody.
    if (!known) return;
    for (const third of other.node.known.values()) {
        if (third.id === node.id) continue;
        const ours = node.known.get(third.id);
        if (ours) {
            if (!other.node.serves) continue;
            if (third.down) ours.reports.add(other.node.id);
            else ours.reports.delete(other.node.id);
        } else if (third.endpoint && !isForgotten(world, one, third.id)) {
            const { isMaster, master } = third;
            node.add(third.id, third.endpoint, world.now, { isMaster, master, epoch: 0 });
        }
    }
    if (!isNewer(other.server)) return;
    for (const [id, until] of other.node.forgotten) {
        if (until <= world.now || !node.known.has(id) || id === node.id || id === node.master) continue;
        node.forgotten.set(id, until);
        node.drop(id);
    }
}

/** Suspects who is silent, and gives up who a majority of masters suspects. */
export function judge(world: Surroundings, one: Running, all: Running[]): void {
    const { node, process } = one;
    const timeout = timeoutOf(process);
    for (const known of node.known.values()) {
        if (!known.endpoint) continue;
        const silent = world.now - known.heard > timeout;
        if (silent && known.down === "") {
            known.down = "fail?";
            known.linkUp = false;
            node.changed();
        } else if (!silent && known.down === "fail?") {
            known.down = "";
            node.changed();
        } else if (!silent && known.down === "fail") {
            const owns = node.slots.owns(known.id);
            if (!known.isMaster || !owns || world.now - known.failedAt > 2 * timeout) {
                known.down = "";
                node.changed();
            }
        }
        if (known.down === "fail?" && suspicions(world, one, known) >= node.majority) fail(world, one, known, all);
    }
}

function suspicions({ now }: Surroundings, { node, process }: Running, { reports }: Known): number {
    let count = node.isMaster ? 1 : 0;
    for (const id of reports) {
        const reporter = node.known.get(id);
        if (reporter?.isMaster && now - reporter.heard <= 2 * timeoutOf(process)) count++;
    }
    return count;
}

function fail(world: Surroundings, one: Running, known: Known, all: Running[]): void {
    const set = (node: ClusterNode) => {
        const theirs = node.known.get(known.id);
        if (!theirs || theirs.down === "fail") return;
        theirs.down = "fail";
        theirs.failedAt = world.now;
        node.changed();
    };
    set(one.node);
    if (!one.node.isMaster) return;
    for (const other of all) {
        if (other.node.id !== known.id && reachable(world, one.server, other.server.announce)) set(other.node);
    }
}

/** Whether it serves: every slot has an owner that nobody has given up, and it sees a majority of masters. */
export function reconsider({ now }: Surroundings, { node, process }: Running): void {
    let ok = true;
    let [seen, size] = [0, 0];
    for (const owner of node.slots.everyOwner()) {
        const down = owner === "" ? "fail" : owner === node.id ? "" : (node.known.get(owner)?.down ?? "fail");
        if (down === "fail") ok = false;
        if (owner === "") continue;
        size++;
        if (down === "") seen++;
    }
    if (seen < (size >> 1) + 1) {
        ok = false;
        node.minority = now;
    }
    if (ok && !node.ok && node.isMaster) {
        const wait = Math.min(rejoining, timeoutOf(process));
        if (now - (node.since ?? now) < rejoining || now - node.minority < wait) ok = false;
    }
    if (ok === node.ok) return;
    node.ok = ok;
    node.changed();
}

/** A replica replicates its master's address; a master nobody's. */
export function followMaster({ node, process }: Running): void {
    if (node.isMaster || !node.master) return;
    const endpoint = node.known.get(node.master)?.endpoint;
    if (!endpoint || (process.following && sameEndpoint(process.following, endpoint))) return;
    follow(process, endpoint);
}

/** Makes a node a replica of another one (`clusterSetMaster`). */
export function replicate({ node, process }: Running, master: string): void {
    if (node.isMaster) {
        node.isMaster = false;
        node.migrating.clear();
        node.importing.clear();
    }
    node.master = master;
    node.asked = undefined;
    node.electionAt = undefined;
    process.heldUntil = 0;
    const endpoint = node.known.get(master)?.endpoint;
    if (endpoint) follow(process, endpoint);
    node.changed();
}
