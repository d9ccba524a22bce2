/** Numbers that follow from a seed, the same on every machine (mulberry32: 32 bits of state, which is plenty for choosing). */
export class Random {
    constructor(private state: number) {}

    /** A whole number from 0 to 2^32, which is not among them. */
    private next(): number {
        this.state = (this.state + 0x6d2b79f5) | 0;
        let mixed = this.state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return (mixed ^ (mixed >>> 14)) >>> 0;
    }

    /** A number from 0 to 1, which is not among them. */
    fraction(): number {
        return this.next() / 2 ** 32;
    }

    /** A whole number from 0 to `below`, which is not among them. */
    below(below: number): number {
        return this.next() % below;
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

    /** One of several: those with more weight more often. */
    weighted<T>(among: readonly T[], weight: (one: T) => number = () => 1): T {
        const weights = among.map(weight);
        let left = this.fraction() * weights.reduce((sum, one) => sum + one, 0);
        const found = among.find((_, index) => {
            left -= weights[index] ?? 0;
            return left < 0;
        });
        return found ?? (among[among.length - 1] as T);
    }
}

/** The seed of one of many sequences. */
export function seedOf(seed: number, number: number): number {
    return (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(number + 1, 0xc2b2ae35)) | 0;
}
