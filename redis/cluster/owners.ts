import type { SlotRange } from "./slots";
import { slotCount } from "./slots";
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
    const ids = [...new Set(claims.map(({ id }) => id))];
    const index = new Map(ids.map((id, at) => [id, at]));
    const owner = new Int16Array(slotCount).fill(-1);
    for (const { id, slots } of claims) for (const { from, to } of slots) owner.fill(index.get(id) ?? -1, from, to + 1);
    const counts = new Map<string, number>();
    for (const at of owner) {
        const id = ids[at];
        if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return {
        counts,
        slotsOf: (id) => rangesWhere((slot) => owner[slot] === (index.get(id) ?? -2)),
        disputes: views.flatMap((view) => disputeOf(view, owner, index, ids)),
    };
}

/** Slots of nobody are no dispute: whoever joins has not heard of their owners yet. */
function disputeOf(view: ClusterView, owner: Int16Array, index: Map<string, number>, ids: string[]): Dispute[] {
    // What a member imports it does not let others change.
    const importing = new Set(view.importing.map(({ slot }) => slot));
    let first: { believed: string; owner: string } | undefined;
    let slots = 0;
    for (const { id, slots: ranges } of [view.self, ...view.others] satisfies KnownNode[]) {
        const believed = index.get(id) ?? -2;
        for (const { from, to } of ranges) {
            for (let slot = from; slot <= to; slot++) {
                const at = owner[slot] ?? -1;
                if (at === believed || at < 0 || importing.has(slot)) continue;
                first ??= { believed: id, owner: ids[at] ?? "" };
                slots++;
            }
        }
    }
    return first ? [{ member: view.id, ...first, slots }] : [];
}

function rangesWhere(wanted: (slot: number) => boolean): SlotRange[] {
    const ranges: SlotRange[] = [];
    for (let slot = 0; slot < slotCount; slot++) {
        if (!wanted(slot)) continue;
        const last = ranges.at(-1);
        if (last && last.to === slot - 1) last.to = slot;
        else ranges.push({ from: slot, to: slot });
    }
    return ranges;
}
