import { type Action, type Fault, replacesServers, type Shape } from "./actions";
import { type Declaration, type DeclaredServer, originOf, pick } from "./declaration";

/**
 * What a fault may cost although nobody has made a mistake, since Redis replicates without waiting:
 * - `nothing`: every acknowledged write stays.
 * - `unreplicated`: what was acknowledged and not yet replicated, or written to a server that another one has replaced.
 */
export type Cost = "nothing" | "unreplicated";

/** How long before a fault a write may have been acknowledged that no replica and no disk has, in milliseconds. */
export const lag = 2_000;

export function costOf(shape: Shape, fault: Fault | undefined): Cost {
    switch (fault?.kind) {
        case "kill":
        case "wipe":
        case "restartAll":
            return "unreplicated";
        // Where nobody is promoted because of it, whoever is master keeps what it has.
        case "stop":
        case "cut":
        case "oneWay":
        case "swap":
            return shape === "sentinel" || shape === "cluster" ? "unreplicated" : "nothing";
        case "byHand":
            return fault.what === "role" && shape !== "cluster" ? "unreplicated" : "nothing";
        default:
            return "nothing";
    }
}

/** Whether a window has planned changes only: an interruption, a second `up` or a slow network is no excuse. */
export function isPlanned(shape: Shape, fault: Fault | undefined): boolean {
    return costOf(shape, fault) === "nothing";
}

/** Whether a fault itself takes copies away or breaks links, so that a copy which is missing is no fault of the program. */
export function mayBreakLinks(fault: Fault | undefined): boolean {
    if (fault?.kind === "byHand") return fault.what === "role" || fault.what === "forget";
    return fault !== undefined && !["killUp", "twoUps", "unforeseen"].includes(fault.kind);
}

/** Whether some copy of each shard's data is sure to outlive an action, at its worst moment. */
export function copySurvives(before: Declaration, after: Declaration, { change, fault }: Action): boolean {
    const victims = victimsOf(after, fault);
    const stay = before.servers.filter((one) => after.servers.some((server) => originOf(server) === originOf(one)));
    // Where it is to keep its data in another way, that holds everything before the old one ends. In memory nothing does.
    const keeps = (one: string) =>
        after.servers.some((server) => originOf(server) === one && server.persistence !== "none");
    const durable = ({ name }: { name: string }) =>
        before.servers.some(
            (server) => server.name === name && server.persistence.startsWith("aof") && keeps(originOf(server)),
        );
    // One of those that stay may just receive everything anew, or be replaced.
    const replaced = replacesServers(change) || change.kind === "rename" || change.kind === "port";
    const busy = replaced || ["promote", "reshape", "persistence", "drain"].includes(change.kind) ? 1 : 0;
    // A master that keeps snapshots comes back with its last one, and its replicas take that over. Who hands over may hand over
    // to such a one.
    const handsOver = before.shape === "sentinel" || before.shape === "cluster" || busy > 0;
    const mayBeMaster = ({ replicaOf }: { replicaOf?: string }) => fault?.kind === "kill" || !replicaOf || handsOver;
    const comesBackWithLess = (server: DeclaredServer) =>
        (fault?.kind === "kill" || fault?.kind === "restartAll") &&
        server.persistence === "rdb" &&
        victims.includes(originOf(server)) &&
        mayBeMaster(server);
    return groupsOf(before, stay).every((group) => {
        if (group.some(comesBackWithLess)) return false;
        const kept = group.filter(
            (server) => !victims.includes(originOf(server)) || (fault?.kind !== "wipe" && durable(server)),
        );
        return kept.length - (kept.every(durable) ? 0 : busy) > 0;
    });
}

/** Servers whose process ends in a fault, by their first names. */
function victimsOf({ servers }: Declaration, fault: Fault | undefined): string[] {
    switch (fault?.kind) {
        case "kill":
        case "wipe":
            return [originOf(pick(servers, fault.server))];
        case "restartAll":
            return servers.map(originOf);
        default:
            return [];
    }
}

/** Servers that hold the same data. */
export function groupsOf<T extends { name: string }>(declaration: Declaration, among: readonly T[]): T[][] {
    const groups = new Map<string, T[]>();
    for (const server of among) {
        const root = rootOf(declaration, server.name);
        groups.set(root, [...(groups.get(root) ?? []), server]);
    }
    return [...groups.values()];
}

export function rootOf(declaration: Declaration, name: string): string {
    const parent = declaration.servers.find((server) => server.name === name)?.replicaOf;
    return parent ? rootOf(declaration, parent) : name;
}

/** One action as it was, and which writes were acknowledged in it. */
export interface Window {
    action: Action;
    shape: Shape;
    /** Whether some copy was sure to stay. */
    copySurvives: boolean;
    /** When the fault struck; undefined when it did not. */
    struck?: number;
    /** Numbers of the first write that had not been seen on every server before it, and of the first one after it. */
    from: number;
    to: number;
    lost: number;
    /** The longest time without an acknowledged write, in milliseconds. */
    gap: number;
}

/**
 * Whether a lost write may be lost, which was found missing at the end of a window.
 *
 * @param number the write's, in the order in which they were acknowledged
 * @param time when it was acknowledged
 */
export function mayBeLost(
    { action, shape, copySurvives, struck, from }: Window,
    number: number,
    time: number,
): boolean {
    if (struck === undefined || isPlanned(shape, action.fault)) return false;
    if (!copySurvives) return true;
    // Who has begun to write snapshots only loses what came after the last one.
    return number >= from && (action.change.kind === "persistence" || time > struck - lag);
}
