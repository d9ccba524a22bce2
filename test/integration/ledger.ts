import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Endpoint } from "../../redis/model/model";

/** Writers that run side by side. */
const writers = 4;
/** Keys that are read back with one command. */
const batch = 1000;

/**
 * Writes as long as it runs, each key once, and keeps a ledger of what was acknowledged. It follows the master as a
 * plain client would: told READONLY, or cut off, it asks every server for its role.
 */
export class Ledger {
    /** Numbers of the keys whose writes were acknowledged. */
    readonly acknowledged: number[] = [];
    /** When each of them was, in milliseconds of this process's clock. */
    readonly times: number[] = [];
    /** What kept writes from being acknowledged, and how often. */
    readonly refusals = new Map<string, number>();
    /** The longest time without an acknowledged write, in milliseconds. */
    longestGap = 0;
    private last = 0;
    private next = 0;
    private running = false;
    private loops: Promise<void>[] = [];
    private readonly open = new Set<Redis>();

    /**
     * @param pace pause of each writer after a write, in milliseconds: a write each millisecond finds what a change loses, and
     * leaves the machine to others as well
     */
    constructor(
        private readonly servers: () => Endpoint[],
        private readonly password: string,
        private readonly pace = writers,
    ) {}

    /** Begins to write; returns after the first acknowledged write. */
    async start(): Promise<void> {
        this.running = true;
        this.last = 0;
        const before = this.acknowledged.length;
        this.loops = Array.from({ length: writers }, () => this.write());
        while (this.acknowledged.length === before) await sleep(10);
    }

    /** Stops writing, after the first acknowledged write from now on. */
    async stop(): Promise<void> {
        const before = this.acknowledged.length;
        for (let tries = 0; tries < 3000 && this.acknowledged.length <= before; tries++) await sleep(10);
        this.running = false;
        await Promise.all(this.loops);
        for (const client of this.open) client.disconnect();
        this.open.clear();
    }

    /** Numbers of the acknowledged keys that a server does not have. */
    async lost(server: Endpoint): Promise<number[]> {
        const client = this.connect(server);
        const lost: number[] = [];
        try {
            for (let at = 0; at < this.acknowledged.length; at += batch) {
                const numbers = this.acknowledged.slice(at, at + batch);
                const values = await client.mget(numbers.map(keyOf));
                lost.push(...numbers.filter((number, index) => values[index] !== String(number)));
            }
        } finally {
            client.disconnect();
        }
        return lost;
    }

    private async write(): Promise<void> {
        let client: Redis | undefined;
        while (this.running) {
            client ??= await this.master();
            if (!client) {
                await sleep(10);
                continue;
            }
            const number = this.next++;
            try {
                await client.set(keyOf(number), number);
                this.note(number);
                await sleep(this.pace);
            } catch (error) {
                const reason = (error as Error).message.split(" ").slice(0, 3).join(" ");
                this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
                client.disconnect();
                this.open.delete(client);
                client = undefined;
            }
        }
    }

    private note(number: number): void {
        const now = performance.now();
        if (this.last > 0) this.longestGap = Math.max(this.longestGap, now - this.last);
        this.last = now;
        this.acknowledged.push(number);
        this.times.push(now);
    }

    private async master(): Promise<Redis | undefined> {
        for (const server of this.servers()) {
            const client = this.connect(server);
            try {
                await client.connect();
                const [role] = (await client.call("role")) as string[];
                if (role === "master") {
                    this.open.add(client);
                    return client;
                }
            } catch {
                // The next server is asked instead.
            }
            client.disconnect();
        }
        return undefined;
    }

    private connect({ host, port }: Endpoint): Redis {
        const client = new Redis({
            host,
            port,
            password: this.password,
            lazyConnect: true,
            enableReadyCheck: false,
            connectTimeout: 1000,
            // A host that is cut off closes no connection.
            socketTimeout: 15_000,
            maxRetriesPerRequest: 0,
            retryStrategy: null,
        });
        client.on("error", () => undefined);
        return client;
    }
}

/** The key of a number. */
export const keyOf = (number: number): string => `ledger:${number}`;
