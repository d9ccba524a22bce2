import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "ioredis";
import { TestCluster } from "./clusterServers";
import { Writer } from "./clusterWriter";
import { type Box, onVersion } from "./servers";

const keyCount = 5_000;

/**
 * More and fewer shards and replicas, while a writer and a reader run. The oldest Redis has slots moved key by key, and so has
 * 8.0 (clusterMove, clusterStalls); the newest moves them by itself.
 */
for (const version of ["7.0", "newest"] as const) onVersion(version, "a cluster that changes its size", suite);

function suite(box: () => Box): void {
    let cluster: TestCluster;
    let writer: Writer;
    let readErrors: string[];
    let reading = true;

    const fill = async (client: Cluster): Promise<void> => {
        for (let at = 0; at < keyCount; at += 500) {
            await Promise.all(Array.from({ length: 500 }, (_, key) => client.set(`key:${at + key}`, String(at + key))));
        }
    };
    const missing = async (): Promise<string[]> => {
        const client = cluster.client();
        const absent: string[] = [];
        for (let at = 0; at < keyCount; at += 500) {
            const values = await Promise.all(Array.from({ length: 500 }, (_, key) => client.get(`key:${at + key}`)));
            absent.push(...values.flatMap((value, key) => (value === String(at + key) ? [] : [`key:${at + key}`])));
        }
        return absent;
    };
    const read = async (client: Cluster): Promise<void> => {
        for (let key = 0; reading; key = (key + 1) % keyCount) {
            const value = await client.get(`key:${key}`).catch((error: Error) => error.message);
            if (value !== String(key)) readErrors.push(`key:${key}: ${value}`);
            await sleep(4);
        }
    };
    const counts = async (): Promise<number[]> => {
        const { slots = {} } = await cluster.converge();
        return Object.values(slots).map((text) =>
            text.split(" ").reduce((sum, range) => {
                const [from = 0, to = from] = range.split("-").map(Number);
                return sum + to - from + 1;
            }, 0),
        );
    };
    /** A server that left knows nobody and holds nothing. */
    const hasLeft = async (name: string): Promise<void> => {
        const client = cluster.admin(name);
        assert.equal(await client.dbsize(), 0, name);
        assert.match((await client.cluster("INFO")) as string, /cluster_known_nodes:1\r/, name);
    };

    beforeEach(async () => {
        cluster = await TestCluster.create(box());
        await cluster.startAll();
        await cluster.converge();
        await fill(cluster.client());
        readErrors = [];
        reading = true;
        writer = new Writer(cluster.client());
        void read(cluster.client());
        await writer.more(50);
    });

    afterEach(() => {
        reading = false;
        return cluster?.end();
    });

    const nothingLost = async (): Promise<void> => {
        await writer.more(50);
        reading = false;
        assert.deepEqual(await writer.lost(), []);
        assert.deepEqual(writer.errors, []);
        assert.deepEqual(readErrors, []);
        assert.deepEqual(await missing(), []);
        assert.deepEqual(await cluster.differences(), []);
        assert.match(await cluster.check(), /All 16384 slots covered/);
    };

    it("goes from three shards to five and back, with equal shares and no more moves than needed", async () => {
        const formed = cluster.lines.length;
        cluster.declare({ shards: 5 });
        await cluster.startAll();
        assert.deepEqual((await counts()).sort(), [3276, 3277, 3277, 3277, 3277]);
        // A newcomer that notices others within half a second would take a busy one for a dead one.
        assert.deepEqual(
            cluster.lines.slice(formed).filter((line) => line.includes("cluster-node-timeout")),
            [],
        );
        const moved = cluster.lines.flatMap((line) => / move (\d+) slots/.exec(line)?.[1] ?? []);
        assert.equal(
            moved.reduce((sum, count) => sum + Number(count), 0),
            3276 + 3277,
        );
        cluster.declare({ shards: 3 });
        assert.deepEqual((await counts()).sort(), [5461, 5461, 5462]);
        for (const name of ["shard4-1", "shard4-2", "shard5-1", "shard5-2"]) await hasLeft(name);
        await nothingLost();
    });

    it("goes from one replica to two and back, also when the one that leaves is the master", async () => {
        cluster.declare({ shards: 3, replicasPerShard: 2 });
        await cluster.startAll();
        await cluster.converge();
        await cluster.admin("shard2-3").cluster("FAILOVER");
        while (!((await cluster.admin("shard2-3").cluster("NODES")) as string).includes("myself,master"))
            await sleep(20);
        cluster.declare({ shards: 3 });
        await cluster.converge();
        for (const name of ["shard1-3", "shard2-3", "shard3-3"]) await hasLeft(name);
        await nothingLost();
    });

    it("is finished by the next run when it was killed anywhere", async () => {
        for (const shards of [4, 3]) {
            cluster.declare({ shards });
            await cluster.startAll();
            for (const delay of [50, 150, 300]) await killed(cluster, delay);
            await cluster.converge();
        }
        for (const name of ["shard4-1", "shard4-2"]) await hasLeft(name);
        await nothingLost();
    });
}

/** Runs the convergence in a process of its own, and kills that so many milliseconds after its first step. */
async function killed(cluster: TestCluster, delay: number): Promise<void> {
    const child = cluster.convergeApart();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await Promise.race([new Promise((resolve) => child.once("message", resolve)), ended]);
    await sleep(delay);
    child.kill("SIGKILL");
    await ended;
}
