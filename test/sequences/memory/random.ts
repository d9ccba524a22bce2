/** Numbers that follow from a seed, the same on every machine (mulberry32). */
export class Random {
    constructor(private state: number) {}

    /** A whole number from 0 to `below`, which is not among them. */
    below(below: number): number {
        this.state = (this.state + 0x6d2b79f5) | 0;
        let t = this.state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) % below;
    }

    /** True once in `times`. */
    oneIn(times: number): boolean {
        return this.below(times) === 0;
    }

    pick<T>(items: readonly T[]): T {
        const item = items[this.below(items.length)];
        if (item === undefined) throw new RangeError("nothing to pick from");
        return item;
    }

    /** Each item with one chance in two. */
    some<T>(items: readonly T[]): T[] {
        return items.filter(() => this.oneIn(2));
    }
}

/** The seed of one of many sequences. */
export function seedOf(seed: number, number: number): number {
    return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(number + 1, 0xc2b2ae35)) | 0;
}
