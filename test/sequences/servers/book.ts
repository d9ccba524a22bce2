import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "ioredis";
import type { Endpoint } from "../../../redis/model/model";
import { Writer } from "../../integration/clusterWriter";
import { keyOf, Ledger } from "../../integration/ledger";

/** Pause of each writer after a write, in milliseconds: what is tried is the change, not the machine. */
const pace = 8;
/** How long the first write, and the one that ends writing, may take, in milliseconds. */
const patience = 20_000;

/** Writers with a ledger, whatever the topology. */
export interface Book {
    /** Begins to write; returns after the first acknowledged write. */
    start(): Promise<void>;
    /** How many writes were acknowledged so far. */
    count(): number;
    /** Keys of acknowledged writes in the order in which they were, from a number on. */
    keys(from?: number): string[];
    /** When a write was acknowledged, by its number, in milliseconds of this process's clock. */
    time(number: number): number;
    /** The longest time without an acknowledged write so far, in milliseconds; forgets it. */
    takeGap(): number;
    /** Waits until something more was acknowledged. */
    more(): Promise<void>;
    /** Ends it, whatever it does. */
    abandon(): void;
}

/** A writer that asks every server of a tree for its role. */
export function treeBook(servers: () => Endpoint[], password: string): Book {
    const ledger = new Ledger(servers, password, pace);
    return {
        start: () => inTime(ledger.start(), "the first write"),
        count: () => ledger.acknowledged.length,
        keys: (from = 0) => ledger.acknowledged.slice(from).map(keyOf),
        time: (number) => ledger.times[number] ?? 0,
        takeGap: () => take(ledger),
        more: () => another(ledger.acknowledged),
        abandon: () => void ledger.stop(),
    };
}

/** A writer that uses a client of the whole cluster. */
export function clusterBook(client: () => Cluster | Promise<Cluster>): Book {
    let cluster: Cluster | undefined;
    let writer: Writer | undefined;
    const acknowledged = () => writer?.acknowledged ?? [];
    return {
        async start() {
            cluster = await client();
            cluster.on("error", () => undefined);
            writer = new Writer(cluster, "ledger", 4, pace);
            await another(writer.acknowledged);
        },
        count: () => acknowledged().length,
        keys: (from = 0) => acknowledged().slice(from),
        time: (number) => writer?.times[number] ?? 0,
        takeGap: () => (writer ? take(writer) : 0),
        more: () => another(acknowledged()),
        abandon() {
            void writer?.stop();
            cluster?.disconnect();
        },
    };
}

function take(writer: { longestGap: number }): number {
    const gap = writer.longestGap;
    writer.longestGap = 0;
    return gap;
}

async function another(acknowledged: readonly unknown[]): Promise<void> {
    const before = acknowledged.length;
    for (const until = Date.now() + patience; acknowledged.length === before; await sleep(10)) {
        if (Date.now() > until) throw new Error(`no write was acknowledged for ${patience / 1000} s`);
    }
}

function inTime(work: Promise<void>, what: string): Promise<void> {
    const late = sleep(patience, undefined, { ref: false }).then(() => {
        throw new Error(`${what} was not acknowledged within ${patience / 1000} s`);
    });
    return Promise.race([work, late]);
}
