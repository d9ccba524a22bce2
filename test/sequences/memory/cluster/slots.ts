import { type SlotRange, slotCount } from "../../../../redis/model/cluster/slots";
import { type Keys, mostWrites } from "../keys";

/** Who owns which slot, by a node's own account: ranges in their order, of which most nodes have a handful. */
export class SlotTable {
    /** Where each range begins; the first one at 0. */
    private starts = [0];
    /** Its owner; "" for nobody. */
    private owners = [""];

    ownerOf(slot: number): string {
        let at = this.starts.length - 1;
        while ((this.starts[at] as number) > slot) at--;
        return this.owners[at] as string;
    }

    /** The ranges of an owner. */
    rangesOf(owner: string): SlotRange[] {
        const found: SlotRange[] = [];
        for (let at = 0; at < this.starts.length; at++) {
            if (this.owners[at] === owner) found.push({ from: this.starts[at] as number, to: this.end(at) });
        }
        return found;
    }

    /** The ranges whose owner satisfies a condition, within other ones. */
    within(ranges: readonly SlotRange[], wanted: (owner: string) => boolean): (SlotRange & { owner: string })[] {
        const found: (SlotRange & { owner: string })[] = [];
        for (let at = 0; at < this.starts.length; at++) {
            const owner = this.owners[at] as string;
            if (!wanted(owner)) continue;
            const [first, last] = [this.starts[at] as number, this.end(at)];
            for (const range of ranges) {
                const [from, to] = [Math.max(first, range.from), Math.min(last, range.to)];
                if (from <= to) found.push({ from, to, owner });
            }
        }
        return found;
    }

    owns(owner: string): boolean {
        return this.owners.includes(owner);
    }

    /** Everybody who owns a slot, and "" when there is one of nobody. */
    everyOwner(): string[] {
        return [...new Set(this.owners)];
    }

    count(owner: string): number {
        let sum = 0;
        for (let at = 0; at < this.starts.length; at++) {
            if (this.owners[at] === owner) sum += this.end(at) - (this.starts[at] as number) + 1;
        }
        return sum;
    }

    give({ from, to }: SlotRange, owner: string): void {
        const [starts, owners] = [[] as number[], [] as string[]];
        const add = (start: number, who: string) => {
            if (owners.at(-1) === who) return;
            starts.push(start);
            owners.push(who);
        };
        for (let at = 0; at < this.starts.length; at++) {
            const [first, last, who] = [this.starts[at] as number, this.end(at), this.owners[at] as string];
            if (first < from) add(first, who);
            if (first <= to && last >= from && first <= from) add(from, owner);
            if (last > to) add(Math.max(first, to + 1), who);
        }
        this.starts = starts;
        this.owners = owners;
    }

    /** Gives all that one owns to another. */
    inherit(from: string, to: string): void {
        for (const range of this.rangesOf(from)) this.give(range, to);
    }

    private end(at: number): number {
        return (this.starts[at + 1] ?? slotCount) - 1;
    }
}

/** The slot of each write's key: far apart, so that every shard has some. */
export const slotOfWrite: readonly number[] = Array.from(
    { length: mostWrites },
    (_, number) => (number * 5_209 + 1_031) % slotCount,
);

/** The writes whose keys are in some slots. */
export function keysIn(ranges: readonly SlotRange[]): Keys {
    let keys: Keys = 0;
    for (let number = 0; number < mostWrites; number++) {
        const slot = slotOfWrite[number] as number;
        for (const { from, to } of ranges) if (slot >= from && slot <= to) keys |= 1 << number;
    }
    return keys;
}

/** The slots of writes. */
export const slotsOfKeys = (keys: Keys): number[] => slotOfWrite.filter((_, number) => (keys & (1 << number)) !== 0);
