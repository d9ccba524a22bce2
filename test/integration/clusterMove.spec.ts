import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { rangesOf, slotOf, slotRanges, slotsOf, tagIn } from "../../redis/model/cluster/slots";
import { balance } from "../../redis/plan/cluster/balance";
import { TestCluster } from "./clusterServers";
import { Writer } from "./clusterWriter";
import { type Box, onEveryVersion, onVersion } from "./servers";

/** How many keys, all of one slot, and fields of one key. */
const manyKeys = 20_000;
const manyFields = 200_000;

/** The slots that a fourth shard gets from the first. */
function slotsThatMove(): Set<number> {
    const names = ["shard1-1", "shard2-1", "shard3-1"];
    const owned = new Map(slotRanges(3).map((range, index) => [names[index] ?? "", slotsOf([range])]));
    const moves = balance(new Map([...owned, ["shard4-1", []]]), [...names, "shard4-1"]);
    return new Set(moves.find(({ from }) => from === "shard1-1")?.slots);
}

const tag = tagIn(slotsThatMove());

/** Three shards that hold the keys. */
async function filled(box: Box): Promise<TestCluster> {
    const cluster = await TestCluster.create(box);
    await cluster.startAll();
    await cluster.converge();
    const client = cluster.client();
    const step = 5_000;
    for (let at = 0; at < manyKeys; at += step) {
        await Promise.all(Array.from({ length: step }, (_, key) => client.set(`{${tag}}${at + key}`, at + key)));
    }
    for (let at = 0; at < manyFields; at += step) {
        const fields = Array.from({ length: step }, (_, field) => [`field:${at + field}`, "value"]).flat();
        await client.hset(`{${tag}}large`, ...fields);
    }
    return cluster;
}

/** The cluster is as declared, and holds every key. */
async function allThere(cluster: TestCluster): Promise<void> {
    const client = cluster.client();
    const values = await client.mget(Array.from({ length: manyKeys }, (_, key) => `{${tag}}${key}`));
    assert.equal(values.filter((value, key) => value !== String(key)).length, 0);
    assert.equal(await client.hlen(`{${tag}}large`), manyFields);
    assert.deepEqual(await cluster.differences(), []);
}

async function nothingLost(cluster: TestCluster, writer: Writer): Promise<void> {
    await writer.more(50);
    assert.deepEqual(await writer.lost(), []);
    assert.deepEqual(writer.errors, []);
    await allThere(cluster);
}

const mastersOf = async (cluster: TestCluster): Promise<string[]> => {
    const nodes = (await cluster.admin("shard1-1").cluster("NODES")) as string;
    return nodes
        .split("\n")
        .filter((line) => / (myself,)?master /.test(line))
        .map((line) => line.split(" ")[0] ?? "")
        .sort();
};

onEveryVersion("slots with many keys and large ones", (box: () => Box) => {
    let cluster: TestCluster;
    let writer: Writer;

    beforeEach(async () => {
        cluster = await filled(box());
        writer = new Writer(cluster.client());
        await writer.more(50);
    });
    afterEach(() => cluster?.end());

    it("move while clients write, are tried again with more time when MIGRATE runs out of it, and nobody takes the silent source for dead", async () => {
        cluster.declare({ shards: 4 });
        await cluster.startAll();
        const converged = cluster.converge();
        const target = cluster.admin("shard4-1");
        // In the middle of the slot with the keys: the next that the target has to do is to take more of them.
        while (Number(await target.call("cluster", "countkeysinslot", slotOf(tag))) < 1_000) await sleep(2);
        await target.client("PAUSE", 6_000, "ALL");
        await converged;
        const masters = await mastersOf(cluster);
        const stats = await cluster.admin("shard1-1").info("commandstats");
        assert.match(stats, /cmdstat_migrate:.*failed_calls=[1-9]/);
        assert.equal(masters.length, 4);
        assert.deepEqual(await cluster.admin("shard1-1").config("GET", "cluster-node-timeout"), [
            "cluster-node-timeout",
            "5000",
        ]);
        assert.equal(((await cluster.admin("shard1-1").role()) as string[])[0], "master");
        await nothingLost(cluster, writer);
    });
});

onVersion("newest", "slots that servers move by themselves", (box: () => Box) => {
    let cluster: TestCluster;

    beforeEach(async () => {
        cluster = await filled(box());
    });
    afterEach(() => cluster?.end());

    const tasks = async (name: string): Promise<string> =>
        JSON.stringify(await cluster.admin(name).call("cluster", "migration", "status", "all"));

    /** Interrupted as it began to move slots to a fourth shard. */
    const interrupted = async (): Promise<void> => {
        cluster.declare({ shards: 4 });
        await cluster.startAll();
        // The copy takes seconds: so many microseconds for each key.
        await cluster.admin("shard1-1").config("SET", "rdb-key-save-delay", 200);
        const interrupt = (line: string) => {
            if (/ move \d+ slots/.test(line)) throw new Error("interrupted");
        };
        await cluster.converge(interrupt).catch((error: Error) => assert.equal(error.message, "interrupted"));
        const ranges = rangesOf(slotsThatMove()).flatMap(({ from, to }) => [from, to]);
        await cluster.admin("shard4-1").call("cluster", "migration", "import", ...ranges);
    };

    it("move in tasks of Redis's own", async () => {
        const writer = new Writer(cluster.client());
        cluster.declare({ shards: 4 });
        await cluster.startAll();
        await cluster.converge();
        assert.match(await tasks("shard4-1"), /"import","state","completed"/);
        assert.doesNotMatch(await cluster.admin("shard1-1").info("commandstats"), /cmdstat_migrate:/);
        await nothingLost(cluster, writer);
    });

    it("are waited for when an interrupted run began to move them", async () => {
        await interrupted();
        await cluster.converge();
        await allThere(cluster);
    });

    it("are not brought to a server that leaves", async () => {
        await interrupted();
        cluster.declare({ shards: 3 });
        await cluster.converge();
        assert.match((await cluster.admin("shard4-1").cluster("INFO")) as string, /cluster_known_nodes:1\r/);
        await allThere(cluster);
    });

    it("are ended slot by slot when they were begun so", async () => {
        const client = cluster.admin("shard1-1");
        const target = cluster.admin("shard2-1");
        const [slot = 0] = slotsThatMove();
        await target.call("cluster", "setslot", slot, "importing", (await client.cluster("MYID")) as string);
        await client.call("cluster", "setslot", slot, "migrating", (await target.cluster("MYID")) as string);
        await cluster.converge();
        await allThere(cluster);
    });
});
