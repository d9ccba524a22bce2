import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { TestCluster } from "./clusterServers";
import { type Box, onEveryVersion } from "./servers";

const keyCount = 600;
/** Nodes notice fast that others are gone. */
const settings = { "cluster-node-timeout": 1000 };

/** What is left of a cluster when machines are gone, for a time or for good. */
onEveryVersion("a cluster that lost servers", (box: () => Box) => {
    let cluster: TestCluster;

    beforeEach(async () => {
        cluster = await TestCluster.create(box());
        cluster.declare({ shards: 3 }, settings);
        await cluster.startAll();
        await cluster.converge();
        const client = cluster.client();
        await Promise.all(Array.from({ length: keyCount }, (_, key) => client.set(`key:${key}`, String(key))));
        const masters = cluster.model.nodes.filter(({ replicaOf }) => !replicaOf);
        await Promise.all(masters.map(({ name }) => cluster.admin(name).wait(1, 5000)));
    });
    afterEach(() => cluster?.end());

    const nodesOf = async (name: string): Promise<string> => (await cluster.admin(name).cluster("NODES")) as string;
    const allKeys = async (): Promise<void> => {
        const client = cluster.client();
        const values = await Promise.all(Array.from({ length: keyCount }, (_, key) => client.get(`key:${key}`)));
        assert.deepEqual(
            values.filter((value, key) => value !== String(key)),
            [],
        );
    };
    const failedOver = async (heir: string): Promise<void> => {
        while (!(await nodesOf(heir)).includes("myself,master")) await sleep(50);
    };
    const asDeclared = async (): Promise<void> => {
        assert.deepEqual(await cluster.differences(), []);
        assert.match(await cluster.check(), /All nodes agree[\s\S]*All 16384 slots covered/);
    };

    it("is as declared without the servers of a host that is down, and whole when they are back", async () => {
        const folders = [await cluster.kill("shard1-1"), await cluster.kill("shard3-2")];
        const whole = cluster.model;
        cluster.lose("shard1-1", "shard3-2");
        await cluster.converge();
        assert.match(await nodesOf("shard1-2"), /myself,master/);
        await allKeys();
        cluster.model = whole;
        for (const name of ["shard1-1", "shard3-2"]) await cluster.start(name, folders.shift());
        await cluster.converge();
        await asDeclared();
        assert.match(await nodesOf("shard1-1"), /myself,slave/);
        await allKeys();
    });

    it("serves again when too few masters are left to vote and their host is declared down", async () => {
        const names = ["shard1-1", "shard2-1"];
        const folders = await Promise.all(names.map((name) => cluster.kill(name)));
        const whole = cluster.model;
        const before = await cluster.plan();
        assert.deepEqual(
            before.steps.filter(({ kind }) => kind === "takeOver"),
            [],
            "nobody said that they do not come back",
        );
        cluster.lose(...names);
        await cluster.converge();
        assert.match(
            cluster.lines.join("\n"),
            /shard1-2: become master in place of shard1-1 \(its host lost is declared/,
        );
        await allKeys();
        cluster.model = whole;
        for (const [index, name] of names.entries()) await cluster.start(name, folders[index]);
        await cluster.converge();
        await asDeclared();
        for (const name of names) assert.match(await nodesOf(name), /myself,slave/);
        await allKeys();
    });

    it("forgets what was lost for good once other servers are declared in its place", async () => {
        const lost = [cluster.server("shard1-1").port, cluster.server("shard3-2").port];
        for (const name of ["shard1-1", "shard3-2"]) await cluster.kill(name);
        await failedOver("shard1-2");
        cluster.replace("shard1-1", "shard3-2");
        await cluster.startAll();
        await cluster.converge();
        assert.match(cluster.lines.join("\n"), /forget 127\.0\.0\.1:\d+ \(\w+\), which owns nothing/);
        await asDeclared();
        await allKeys();
        for (const { name } of cluster.model.nodes) {
            const known = await nodesOf(name);
            assert.equal(known.trim().split("\n").length, 6, known);
            for (const port of lost) assert.equal(known.includes(`:${port}@`), false, known);
        }
    });

    it("takes servers back that were away while others left, or sends them away too", async () => {
        cluster.declare({ shards: 3, replicasPerShard: 2 }, settings);
        await cluster.startAll();
        await cluster.converge();
        const away = ["shard1-2", "shard2-3"];
        const folders = await Promise.all(away.map((name) => cluster.kill(name)));
        // Until then Redis may call a link to them connected that it only tries to make.
        for (const name of cluster.model.nodes.map(({ name }) => name).filter((name) => !away.includes(name)))
            while ((await nodesOf(name)).match(/ \S*fail /g)?.length !== away.length) await sleep(50);
        cluster.declare({ shards: 3 }, settings);
        cluster.lose("shard1-2");
        await cluster.converge();
        for (const name of ["shard1-3", "shard3-3"]) await cluster.kill(name);

        cluster.declare({ shards: 3, replicasPerShard: 2 }, settings);
        for (const [index, name] of away.entries()) await cluster.start(name, folders[index]);
        cluster.declare({ shards: 3 }, settings);
        await cluster.converge();
        for (const { name } of cluster.model.nodes) {
            const known = await nodesOf(name);
            assert.equal(known.trim().split("\n").length, 6, known);
        }
        assert.equal((await nodesOf("shard2-3")).trim().split("\n").length, 1);
        await allKeys();
    });

    /** Has no server keep anything on disk. */
    const keepNothing = async (): Promise<void> => {
        const nodes = cluster.model.nodes.map((node) => ({
            ...node,
            settings: { ...node.settings, appendonly: false, save: "" },
        }));
        cluster.model = { ...cluster.model, nodes };
        await cluster.converge();
    };
    const killAndStart = async (names: string[]): Promise<void> => {
        const folders = await Promise.all(names.map((name) => cluster.kill(name)));
        await Promise.all(names.map((name, index) => cluster.start(name, folders[index])));
    };

    it("keeps every key when all masters that keep nothing are killed at once", async () => {
        await keepNothing();
        const masters = ["shard1-1", "shard2-1", "shard3-1"];
        await killAndStart(masters);
        // Redis itself lets no master serve in the first two seconds.
        await sleep(3_000);
        for (const name of masters) {
            await assert.rejects(cluster.admin(name).set("key:1", "written beside"), /CLUSTERDOWN/, name);
            await assert.rejects(cluster.admin(name).get("key:1"), /CLUSTERDOWN/, name);
        }
        await cluster.converge();
        assert.match(cluster.lines.join("\n"), /shard1-2: become master in place of .*which lost its data/);
        await allKeys();
        await asDeclared();
        for (const name of masters) assert.match(await nodesOf(name), /myself,slave/);
        const delay = await cluster.admin("shard1-1").config("GET", "repl-diskless-sync-delay");
        assert.deepEqual(delay, ["repl-diskless-sync-delay", "0"], "who comes next would wait for its data");
    });

    it("serves by itself, empty, when all servers that keep nothing were killed at once", async () => {
        await keepNothing();
        // What their first synchronisation left would be data.
        for (const name of ["shard1-2", "shard2-2", "shard3-2"])
            await box().shell(`rm -f ${cluster.server(name).folder}/data/*.rdb`);
        await killAndStart(cluster.model.nodes.map(({ name }) => name));
        const client = cluster.client();
        assert.equal(await client.set("key:1", "new"), "OK");
        assert.equal(await client.get("key:1"), "new");
        assert.equal(await client.get("key:2"), null);
    });

    it("keeps every key of a master that keeps nothing, is killed and comes back at once", async () => {
        await keepNothing();
        // What a full synchronisation leaves, too.
        await cluster.admin("shard1-1").save();
        const client = cluster.client();
        await Promise.all(Array.from({ length: keyCount }, (_, key) => client.set(`later:${key}`, key)));
        await cluster.admin("shard1-1").wait(1, 5000);
        await killAndStart(["shard1-1"]);
        await asDeclared();
        const later = await Promise.all(Array.from({ length: keyCount }, (_, key) => client.get(`later:${key}`)));
        assert.deepEqual(
            later.filter((value) => value === null),
            [],
        );
        assert.match(await nodesOf("shard1-1"), /myself,slave/);
        await allKeys();
    });

    it("refuses to forget who holds slots that nobody else has", async () => {
        const port = cluster.server("shard1-1").port;
        for (const name of ["shard1-1", "shard1-2"]) await cluster.kill(name);
        while (!/fail /.test(await nodesOf("shard2-1"))) await sleep(50);
        cluster.replace("shard1-1", "shard1-2");
        await cluster.startAll();
        await assert.rejects(cluster.converge(), new RegExp(`127\\.0\\.0\\.1:${port} .*no server of this deployment`));
        assert.match(await nodesOf("shard2-1"), new RegExp(`:${port}@`));
    });
});
