import { rangesOf, type SlotRange } from "../../../../redis/model/cluster/slots";
import type { ClusterStep } from "../../../../redis/plan/cluster/steps";
import { type Doing, Failed } from "../doing";
import { set } from "../process";
import type { MemoryServer } from "../server";
import type { World } from "../world";
import { broadcast, type Running, runningOf } from "./bus";
import {
    assign,
    bump,
    claim,
    close,
    failover,
    forget,
    meet,
    open,
    type Refusal,
    replicateNode,
    reset,
} from "./commands";
import { askedTime } from "./election";
import { keysIn, slotsOfKeys } from "./slots";

/** Slots that are open at the same time, as in reconcile/cluster/migrate.ts. */
const batch = 32;
/** How long a handshake with a node is waited for until it is known, in looks. */
const meetingPatience = 2;

/** Does a step as reconcile/cluster/ does it, command by command. */
export function* applyCluster(world: World, step: ClusterStep): Doing {
    switch (step.kind) {
        case "setTemporaryTimeout":
            set(nodeAt(world, step.node).process, { "cluster-node-timeout": String(step.timeout) });
            nodeAt(world, step.node).node.changed();
            yield "notice others fast";
            return;
        case "claim":
            claim(nodeAt(world, step.node), step.slots, step.epoch);
            yield "own slots";
            return;
        case "meet":
            for (const { endpoint } of step.others) meet(world, nodeAt(world, step.node), endpoint);
            yield "meet others";
            return;
        case "replicate":
            for (let looks = 0; ; looks++) {
                const refusal = replicateNode(nodeAt(world, step.node), step.masterId);
                if (refusal === "not empty") throw new Failed(`${step.node} is not empty`);
                if (!refusal || looks === meetingPatience) break;
                world.tick();
                yield "wait to know the master";
            }
            yield "replicate";
            return;
        case "takeOver": {
            failover(world, nodeAt(world, step.node), step.mode);
            yield "ask to be the master";
            for (let looks = 0; looks <= askedTime && !nodeAt(world, step.node).node.isMaster; looks++) {
                world.tick();
                yield "wait to be the master";
            }
            return;
        }
        case "move":
            return yield* move(world, step);
        case "settle":
            refused(close(nodeAt(world, step.node), step.slots));
            yield "close slots";
            return;
        case "reclaim": {
            const one = nodeAt(world, step.node);
            for (const slot of slotsOfKeys(one.process.keys)) {
                const owner = one.node.slots.ownerOf(slot);
                if (owner !== "" && owner !== one.node.id) open(one, "importing", [slot], owner);
            }
            yield "take slots of keys in";
            return;
        }
        case "forget":
            return yield* forgetBy(world, step.id, step.by);
        case "release":
            refused(reset(world, nodeAt(world, step.node), false));
            yield "leave its master";
            return;
        case "retire": {
            const one = nodeAt(world, step.node);
            if (one.node.serves) return;
            if (one.node.isMaster && one.process.keys !== 0) throw new Failed(`${step.node} is not empty`);
            yield* forgetBy(world, step.id, step.by);
            refused(reset(world, nodeAt(world, step.node), true));
            yield "leave the cluster";
        }
    }
}

function* forgetBy(world: World, id: string, by: string[]): Doing {
    for (const name of by) {
        forget(world, nodeAt(world, name), id);
        yield `${name} forgets a node`;
    }
}

/** A node that takes commands. */
function nodeAt(world: World, name: string): Running {
    // One that another update has deleted does not answer either.
    const server: MemoryServer | undefined = world.servers.find((one) => one.name === name);
    const running = server?.answers ? runningOf(server) : undefined;
    if (!running) throw new Failed(`${name} does not answer`);
    return running;
}

function refused(refusal: Refusal | undefined): void {
    if (refusal) throw new Failed(refusal);
}

/** As reconcile/cluster/migrate.ts. Slots without a key go in one piece but for some. */
function* move(world: World, { from, to, slots }: Extract<ClusterStep, { kind: "move" }>): Doing {
    const [sourceId, targetId] = [nodeAt(world, from).node.id, nodeAt(world, to).node.id];
    const some = world.random.below(slots.length);
    for (let at = 0; at < slots.length; ) {
        const quiet = quietUntil(world, from, slots, at, some);
        if (quiet > at && isSound(world, from, to, slots[at] as number)) {
            give(world, from, to, rangesOf(slots.slice(at, quiet)), targetId);
            at = quiet;
            yield "move slots without keys";
            continue;
        }
        const part = slots.slice(at, at + batch);
        at += batch;
        try {
            yield* moveBatch(world, { from, to, sourceId, targetId }, part);
        } catch (error) {
            if (error instanceof Moved) return;
            throw error;
        }
    }
}

/** What servers say when a slot is not where it was: what is left is for the next look. */
class Moved extends Error {}

function took(refusal: Refusal | undefined): void {
    if (refusal === "moved") throw new Moved(refusal);
    refused(refusal);
}

interface Way {
    from: string;
    to: string;
    sourceId: string;
    targetId: string;
}

function* moveBatch(world: World, { from, to, sourceId, targetId }: Way, slots: number[]): Doing {
    const ownerless = slots.filter((slot) => nodeAt(world, to).node.slots.ownerOf(slot) === "");
    took(open(nodeAt(world, to), "importing", slots, sourceId));
    yield `have ${to} take slots in`;
    took(open(nodeAt(world, from), "migrating", slots, targetId));
    yield `have ${from} give slots away`;
    took(assign(nodeAt(world, to), ownerless, sourceId));
    if (ownerless.length > 0) yield `have ${to} know whose they are`;
    migrate(world, nodeAt(world, from), nodeAt(world, to), keysIn(rangesOf(slots)));
    yield `move keys from ${from} to ${to}`;
    took(assign(nodeAt(world, to), slots, targetId));
    broadcast(world, nodeAt(world, to));
    yield `have ${to} own slots`;
    took(assign(nodeAt(world, from), slots, targetId));
    yield `have ${from} know of it`;
    for (const name of othersOf(world, from, to)) {
        const server = world.server(name);
        const other = server.answers && runningOf(server);
        if (other) assign(other, slots, targetId);
    }
    yield "have others know of it";
}

/** MIGRATE REPLACE: the target has a key before the source deletes it. */
function migrate({ servers }: World, source: Running, target: Running, keys: number): void {
    const going = source.process.keys & keys;
    if (going === 0) return;
    if (!target.node.isMaster || !target.node.ok) throw new Failed("the target takes no keys");
    target.process.keys |= going;
    source.process.keys &= ~going;
    // What is deleted reaches replicas within a millisecond: see "Open" in docs/proof.md.
    for (const { process } of servers) {
        if (process?.link === "up" && process.parent === source.process) process.keys &= ~going;
    }
    for (const { process } of [source, target]) if (process.backlogFrom !== undefined) process.offset += 50;
}

function othersOf({ servers }: World, from: string, to: string): string[] {
    return servers.flatMap(({ name, disk }) => (name !== from && name !== to && disk.cluster?.isMaster ? [name] : []));
}

/** Up to which slot none has a key. */
function quietUntil(world: World, from: string, slots: number[], at: number, some: number): number {
    const { process } = nodeAt(world, from);
    let end = at;
    while (end < slots.length) {
        const next = Math.min(slots.length, end + batch);
        if (some >= end && some < next) break;
        if ((process.keys & keysIn(rangesOf(slots.slice(end, next)))) !== 0) break;
        end = next;
    }
    return end;
}

function isSound(world: World, from: string, to: string, slot: number): boolean {
    const [source, target] = [nodeAt(world, from).node, nodeAt(world, to).node];
    return source.serves && target.isMaster && target.known.has(source.id) && source.slots.ownerOf(slot) === source.id;
}

function give(world: World, from: string, to: string, ranges: SlotRange[], id: string): void {
    const target = nodeAt(world, to);
    const source = nodeAt(world, from);
    if (!source.node.known.get(id)?.isMaster) throw new Failed("unknown node");
    bump(target);
    for (const { node } of [target, source]) {
        for (const range of ranges) {
            node.slots.give(range, id);
            for (const open of [node.migrating, node.importing]) {
                for (const slot of open.keys()) if (slot >= range.from && slot <= range.to) open.delete(slot);
            }
        }
        node.changed();
    }
    broadcast(world, target);
    for (const name of othersOf(world, from, to)) {
        const server = world.server(name);
        const other = server.answers ? runningOf(server) : undefined;
        if (!other?.node.known.get(id)?.isMaster) continue;
        for (const range of ranges) other.node.slots.give(range, id);
        other.node.changed();
    }
}
