import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

/** Writes unique keys until it is stopped, and remembers which were acknowledged. What is refused is tried again. */
export class Writer {
    readonly acknowledged: string[] = [];
    /** Errors seen, by their first word. */
    readonly errors = new Map<string, number>();
    /** The longest time between two acknowledged writes, in milliseconds. */
    longestPause = 0;
    private readonly client: Redis;
    private readonly running: Promise<void>;
    private stopped = false;

    /** @param pace pause after a write, in milliseconds: without one the writer alone keeps a core busy, and its servers another */
    constructor(
        port: number,
        password: string,
        username = "default",
        private readonly pace = 1,
    ) {
        this.client = new Redis({
            host: "127.0.0.1",
            port,
            username,
            password,
            maxRetriesPerRequest: 0,
            enableOfflineQueue: false,
            // A write whose connection broke may or may not have been done: it is not sent again by itself.
            autoResendUnfulfilledCommands: false,
            retryStrategy: () => 50,
        });
        this.client.on("error", () => undefined);
        this.running = this.write();
    }

    private async write(): Promise<void> {
        let last: number | undefined;
        for (let key = 0; !this.stopped; key++) {
            try {
                await this.client.set(`ledger:${key}`, String(key));
                this.acknowledged.push(`ledger:${key}`);
                const now = performance.now();
                this.longestPause = Math.max(this.longestPause, now - (last ?? now));
                last = now;
                if (this.pace > 0) await sleep(this.pace);
            } catch (error) {
                const kind = (error as Error).message.split(" ", 1)[0] ?? "";
                this.errors.set(kind, (this.errors.get(kind) ?? 0) + 1);
                await sleep(20);
            }
        }
    }

    async stop(): Promise<void> {
        this.stopped = true;
        await this.running;
        this.client.disconnect();
    }

    /** The acknowledged keys that a server does not have. */
    async lost(server: Redis): Promise<string[]> {
        const lost: string[] = [];
        for (let at = 0; at < this.acknowledged.length; at += 1000) {
            const keys = this.acknowledged.slice(at, at + 1000);
            const values = await server.mget(keys);
            lost.push(...keys.filter((_, index) => values[index] === null));
        }
        return lost;
    }
}
