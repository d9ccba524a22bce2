import type { SlotRange } from "../../model/cluster/slots";
import type { ClusterView, KnownNode } from "./view";

/** Who owns which slots, once what every member says of itself has been weighed. */
export interface Owners {
    /** How many slots each node owns, by id. */
    counts: ReadonlyMap<string, number>;
    /** The slots of a node, by its id. */
    slotsOf: (id: string) => SlotRange[];
    /** What members believe that is not so, at most one for each member. */
    disputes: Dispute[];
}

/** A member that takes another node for the owner of slots than it is. */
export interface Dispute {
    /** Ids: the member, the owner it believes in, and the owner by the highest epoch. */
    member: string;
    believed: string;
    owner: string;
    /** How many slots it believes so of. */
    slots: number;
}

interface Claim {
    id: string;
    epoch: number;
    slots: SlotRange[];
}

/**
 * Weighs the claims of a cluster as Redis does: of two nodes that claim a slot the one with the higher configuration epoch
 * owns it. While a replica takes over, the former master may not have heard of it and claims its slots still.
 *
 * Each member speaks for itself. For nodes that do not answer those speak who know them.
 */
export function ownersOf(views: readonly ClusterView[]): Owners {
    const members = new Set(views.map(({ id }) => id));
    const claims: Claim[] = [
        ...views.map(({ id, self }) => ({ id, epoch: self.epoch, slots: self.slots })),
        ...views.flatMap(({ others }) => others.filter(({ id }) => !members.has(id))),
    ].filter(({ slots }) => slots.length > 0);
    // Equal epochs are about to be told apart: the lesser id goes up.
    claims.sort((a, b) => a.epoch - b.epoch || (a.id < b.id ? 1 : -1));
    const parts = partsOf(claims);
    const counts = new Map<string, number>();
    for (const { from, to, owner } of parts) counts.set(owner, (counts.get(owner) ?? 0) + to - from + 1);
    return {
        counts,
        slotsOf: (id) => joined(parts.filter(({ owner }) => owner === id)),
        disputes: views.flatMap((view) => disputeOf(view, parts)),
    };
}

/** Slots that have one owner. */
interface Part extends SlotRange {
    owner: string;
}

/** The slots that have an owner, in their order: where nodes agree there are a handful of parts, not 16384 slots. */
function partsOf(claims: Claim[]): Part[] {
    const edges = new Set<number>();
    for (const { slots } of claims) for (const { from, to } of slots) edges.add(from).add(to + 1);
    const starts = [...edges].sort((a, b) => a - b);
    const at = new Map(starts.map((start, index) => [start, index]));
    const owners: (string | undefined)[] = new Array(starts.length);
    for (const { id, slots } of claims) {
        for (const { from, to } of slots) owners.fill(id, at.get(from), at.get(to + 1));
    }
    return starts.flatMap((from, index) => {
        const [owner, next] = [owners[index], starts[index + 1]];
        return owner === undefined || next === undefined ? [] : [{ from, to: next - 1, owner }];
    });
}

/** Slots of nobody are no dispute: whoever joins has not heard of their owners yet. */
function disputeOf(view: ClusterView, parts: Part[]): Dispute[] {
    // What a member imports it does not let others change.
    const importing = new Set(view.importing.map(({ slot }) => slot));
    let first: { believed: string; owner: string } | undefined;
    let slots = 0;
    for (const { id, slots: ranges } of [view.self, ...view.others] satisfies KnownNode[]) {
        for (const range of ranges) {
            for (const { from, to, owner } of parts) {
                if (owner === id || to < range.from || from > range.to) continue;
                const disputed = sizeBut(Math.max(from, range.from), Math.min(to, range.to), importing);
                if (disputed === 0) continue;
                first ??= { believed: id, owner };
                slots += disputed;
            }
        }
    }
    return first ? [{ member: view.id, ...first, slots }] : [];
}

/** How many slots there are from one to another, but for some. */
function sizeBut(from: number, to: number, but: ReadonlySet<number>): number {
    let size = to - from + 1;
    for (const slot of but) if (slot >= from && slot <= to) size--;
    return size;
}

/** Neighbouring ranges as one. */
function joined(parts: Part[]): SlotRange[] {
    const ranges: SlotRange[] = [];
    for (const { from, to } of parts) {
        const last = ranges.at(-1);
        if (last && last.to === from - 1) last.to = to;
        else ranges.push({ from, to });
    }
    return ranges;
}
