import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster, Redis } from "ioredis";

/** Writes keys of its own, each once, and remembers those that were acknowledged. */
export class Writer {
    readonly acknowledged: string[] = [];
    /** When each of them was, in milliseconds of this process's clock. */
    readonly times: number[] = [];
    readonly errors: string[] = [];
    /** Longest time that one of the writers was without an acknowledged write, in milliseconds. */
    longestGap = 0;
    private running = true;
    private readonly loops: Promise<void>[];

    /**
     * @param loops writers side by side
     * @param pace pause of each after a write, in milliseconds: a write each millisecond unless something else is given
     */
    constructor(
        private readonly cluster: Cluster | Redis,
        private readonly name = `w${process.pid}-${Date.now()}`,
        loops = 4,
        private readonly pace = loops,
    ) {
        this.loops = Array.from({ length: loops }, (_, loop) => this.write(loop));
    }

    private async write(loop: number): Promise<void> {
        let last = performance.now();
        for (let number = 0; this.running; number++) {
            const key = `${this.name}:${loop}:${number}`;
            try {
                await this.cluster.set(key, key);
                this.acknowledged.push(key);
                this.times.push(performance.now());
                this.longestGap = Math.max(this.longestGap, performance.now() - last);
                last = performance.now();
            } catch (error) {
                this.errors.push((error as Error).message);
            }
            await sleep(this.pace);
        }
    }

    /** Waits until so many more writes were acknowledged. */
    async more(count: number): Promise<void> {
        const wanted = this.acknowledged.length + count;
        while (this.acknowledged.length < wanted) await sleep(5);
    }

    /** Ends writing. */
    async stop(): Promise<void> {
        this.running = false;
        await Promise.all(this.loops);
    }

    /** Ends writing; returns acknowledged writes that cannot be read any more. */
    async lost(): Promise<string[]> {
        await this.stop();
        const lost: string[] = [];
        for (let at = 0; at < this.acknowledged.length; at += 500) {
            const keys = this.acknowledged.slice(at, at + 500);
            const values = await Promise.all(keys.map((key) => this.cluster.get(key)));
            lost.push(...keys.filter((key, index) => values[index] !== key));
        }
        return lost;
    }
}
