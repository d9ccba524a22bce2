import type { SlotRange } from "../../../../redis/model/cluster/slots";
import { sameEndpoint } from "../../../../redis/model/endpoint";
import type { Endpoint } from "../../../../redis/model/model";
import type { TakeOverMode } from "../../../../redis/plan/cluster/steps";
import { lead } from "../links";
import type { Surroundings } from "../surroundings";
import { forgetfulness, meetingTime, type Running, reachable, replicate } from "./bus";
import { askedTime, takePlace } from "./election";
import { keysIn } from "./slots";

/** Redis's own refusals, by what the product makes of them. */
export type Refusal = "unknown node" | "not empty" | "no master" | "moved" | "holds keys";

/** CLUSTER MEET. */
export function meet({ now }: Surroundings, { node }: Running, endpoint: Endpoint): void {
    if (node.meetings.some((one) => sameEndpoint(one.endpoint, endpoint))) return;
    node.meetings.push({ endpoint, until: now + meetingTime });
    node.changed();
}

/** CLUSTER SET-CONFIG-EPOCH, and ADDSLOTSRANGE: refused when one of the slots has an owner. */
export function claim({ node }: Running, slots: readonly SlotRange[], epoch?: number): void {
    if (epoch !== undefined && node.known.size === 0 && node.epoch === 0) {
        node.epoch = epoch;
        node.currentEpoch = Math.max(node.currentEpoch, epoch);
    }
    if (node.isMaster && node.slots.within(slots, (owner) => owner !== "").length === 0) {
        for (const range of slots) node.slots.give(range, node.id);
    }
    node.changed();
}

/** CLUSTER REPLICATE. */
export function replicateNode(one: Running, master: string): Refusal | undefined {
    const { node, process } = one;
    const known = node.known.get(master);
    if (!known) return "unknown node";
    if (!known.isMaster) return undefined;
    if (node.isMaster && (node.slots.owns(node.id) || process.keys !== 0)) return "not empty";
    replicate(one, master);
    return undefined;
}

/** CLUSTER FAILOVER: what comes of it shows later, unless it is TAKEOVER. */
export function failover(world: Surroundings, one: Running, mode: TakeOverMode): void {
    const { node, server } = one;
    if (node.isMaster || !node.master) return;
    const known = node.known.get(node.master);
    if (!known) return;
    if (mode === "takeover") {
        bump(one);
        takePlace(world, one);
        return;
    }
    if (mode === "graceful") {
        if (known.down === "fail" || !known.linkUp) return;
        const master = reachable(world, server, known.endpoint);
        // A master ignores who is none of its replicas as far as it knows.
        if (master?.node.known.get(node.id)?.master === master?.node.id && master) {
            master.process.heldUntil = world.now + askedTime;
        }
    }
    node.asked = { until: world.now + askedTime, force: mode === "force" };
}

/** A new epoch without anybody's vote. */
export function bump({ node }: Running): void {
    let most = Math.max(node.epoch, node.currentEpoch);
    for (const { epoch } of node.known.values()) most = Math.max(most, epoch);
    if (node.epoch !== 0 && node.epoch === most) return;
    node.currentEpoch = node.epoch = most + 1;
    node.changed();
}

/** CLUSTER FORGET. Unknown ids, and the own master, are refused, which is no reason to end. */
export function forget({ now }: Surroundings, { node }: Running, id: string): void {
    if (!node.known.has(id) || id === node.master) return;
    node.forgotten.set(id, now + forgetfulness);
    node.drop(id);
}

/** CLUSTER RESET. */
export function reset({ newId }: Surroundings, { node, process }: Running, hard: boolean): Refusal | undefined {
    if (node.isMaster && process.keys !== 0) return "not empty";
    if (!node.isMaster) {
        process.keys = 0;
        lead(process, newId);
    }
    Object.assign(node, { isMaster: true, master: undefined, asked: undefined, electionAt: undefined });
    node.migrating.clear();
    node.importing.clear();
    for (const id of [...node.known.keys()]) node.drop(id);
    node.slots.inherit(node.id, "");
    if (hard) Object.assign(node, { id: newId(), epoch: 0, currentEpoch: 0, lastVote: 0 });
    node.changed();
    return undefined;
}

/** CLUSTER SETSLOT IMPORTING and MIGRATING. */
export function open(
    { node }: Running,
    way: "importing" | "migrating",
    slots: number[],
    id: string,
): Refusal | undefined {
    for (const slot of slots) {
        const owns = node.slots.ownerOf(slot) === node.id;
        if (!node.isMaster || owns === (way === "importing")) return "moved";
        const other = node.known.get(id);
        if (!other) return "unknown node";
        if (!other.isMaster) return "moved";
        node[way].set(slot, id);
    }
    node.changed();
    return undefined;
}

/** CLUSTER SETSLOT NODE. */
export function assign(one: Running, slots: number[], id: string): Refusal | undefined {
    const { node, process } = one;
    if (id !== node.id && !node.known.has(id)) return "unknown node";
    if (!node.isMaster || (id !== node.id && !node.known.get(id)?.isMaster)) return "moved";
    for (const slot of slots) {
        const range = { from: slot, to: slot };
        const holds = (process.keys & keysIn([range])) !== 0;
        if (id !== node.id && holds && node.slots.ownerOf(slot) === node.id) return "holds keys";
        if (!holds) node.migrating.delete(slot);
        if (id === node.id && node.importing.delete(slot)) bump(one);
        node.slots.give(range, id);
    }
    node.changed();
    return undefined;
}

/** CLUSTER SETSLOT STABLE. */
export function close({ node }: Running, slots: number[]): Refusal | undefined {
    if (!node.isMaster) return "no master";
    for (const slot of slots) {
        node.migrating.delete(slot);
        node.importing.delete(slot);
    }
    node.changed();
    return undefined;
}
