import { slotCount } from "../../model/cluster/slots";

/** Slots that move from one owner to another. */
export interface Move {
    from: string;
    to: string;
    slots: number[];
}

/**
 * The fewest moves after which each of `keepers` owns its share of the slots, shares differing by one at most, and
 * nobody else owns any. Whoever owns most already gets the shares that are larger by one.
 * @param owned slots by owner
 */
export function balance(owned: ReadonlyMap<string, readonly number[]>, keepers: readonly string[]): Move[] {
    if (keepers.length === 0) return [];
    const count = (owner: string) => owned.get(owner)?.length ?? 0;
    const fullestFirst = [...keepers].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
    const larger = slotCount % keepers.length;
    const share = new Map(
        fullestFirst.map((owner, index) => [owner, Math.floor(slotCount / keepers.length) + (index < larger ? 1 : 0)]),
    );
    const wanting = fullestFirst
        .map((owner) => ({ owner, missing: (share.get(owner) ?? 0) - count(owner) }))
        .filter(({ missing }) => missing > 0);
    const moves: Move[] = [];
    for (const [from, slots] of owned) {
        // Its highest slots, so that ranges stay in one piece where they can.
        let surplus = slots.slice(Math.min(slots.length, share.get(from) ?? 0));
        for (const want of wanting) {
            const given = surplus.slice(0, want.missing);
            if (given.length === 0) continue;
            surplus = surplus.slice(given.length);
            want.missing -= given.length;
            moves.push({ from, to: want.owner, slots: given });
        }
    }
    return moves;
}
