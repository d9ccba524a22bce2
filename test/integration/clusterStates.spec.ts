import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { TestCluster } from "./clusterServers";
import { Writer } from "./clusterWriter";
import { type Box, onVersion, type Version, versions } from "./servers";

const keyCount = 600;

/** Every starting state that `up` has to take to the declared one, or to refuse. */
for (const version of versions) onVersion(version, "a cluster found in any state", (box) => suite(box, version));

function suite(box: () => Box, version: Version): void {
    let cluster: TestCluster;

    /** A cluster that is as declared and holds keys. */
    const formed = async (): Promise<void> => {
        cluster = await TestCluster.create(box());
        await cluster.startAll();
        await cluster.converge();
        const client = cluster.client();
        await Promise.all(Array.from({ length: keyCount }, (_, key) => client.set(`key:${key}`, String(key))));
        // Replicas have them too.
        const waits = cluster.model.nodes.filter(({ replicaOf }) => !replicaOf);
        await Promise.all(waits.map(({ name }) => cluster.admin(name).wait(1, 5000)));
    };
    const allKeys = async (): Promise<void> => {
        const client = cluster.client();
        const values = await Promise.all(Array.from({ length: keyCount }, (_, key) => client.get(`key:${key}`)));
        assert.deepEqual(
            values.filter((value, key) => value !== String(key)),
            [],
        );
    };
    const asDeclared = async (): Promise<void> => {
        assert.deepEqual(await cluster.differences(), []);
        assert.match(await cluster.check(), /All nodes agree[\s\S]*All 16384 slots covered/);
    };
    const nodesOf = async (name: string): Promise<string> => (await cluster.admin(name).cluster("NODES")) as string;
    const idOf = async (name: string): Promise<string> => (await cluster.admin(name).cluster("MYID")) as string;

    afterEach(() => cluster?.end());

    it("goes on from wherever it was interrupted", async () => {
        cluster = await TestCluster.create(box());
        await cluster.startAll();
        for (const steps of [3, 14, 22, 33]) {
            let told = 0;
            const interrupt = () => {
                if (++told >= steps) throw new Error("interrupted");
            };
            await cluster.converge(interrupt).catch((error: Error) => assert.equal(error.message, "interrupted"));
        }
        await cluster.converge();
        await asDeclared();
        const timeout = await cluster.admin("shard1-1").config("GET", "cluster-node-timeout");
        assert.deepEqual(timeout, ["cluster-node-timeout", "5000"]);
    });

    it("keeps every key when a master comes back with an empty volume", async () => {
        await formed();
        await cluster.kill("shard2-1");
        await cluster.start("shard2-1");
        // That it has met others, and is started again, makes it no less of a newcomer.
        await cluster.admin("shard1-1").call("cluster", "meet", "127.0.0.1", String(cluster.server("shard2-1").port));
        while (!(await nodesOf("shard2-1")).includes("slave")) await sleep(50);
        await cluster.start("shard2-1", await cluster.kill("shard2-1"));
        // Long enough for the replica to reach the newcomer at its master's address.
        await sleep(1500);
        await cluster.converge();
        await asDeclared();
        await allKeys();
        assert.match(await nodesOf("shard2-1"), /myself,slave/);
    });

    it("takes a replica in again that comes back with an empty volume", async () => {
        await formed();
        await cluster.kill("shard2-2");
        await cluster.start("shard2-2");
        await cluster.converge();
        await asDeclared();
        await allKeys();
        assert.doesNotMatch(await nodesOf("shard1-1"), /fail|noaddr/);
    });

    it("finds nodes that came back with each other's address", async () => {
        await formed();
        const [first, second] = [await cluster.kill("shard1-1"), await cluster.kill("shard2-1")];
        await cluster.start("shard1-1", second);
        await cluster.start("shard2-1", first);
        await cluster.converge();
        await asDeclared();
        await allKeys();
    });

    it("closes slots that a killed move left open", async () => {
        await formed();
        const [one, two] = [await idOf("shard1-1"), await idOf("shard2-1")];
        const [source, target] = [cluster.admin("shard1-1"), cluster.admin("shard2-1")];
        // Half way: one of its keys has gone already.
        const keys = Array.from({ length: keyCount }, (_, key) => `key:${key}`);
        const slots = await Promise.all(keys.map((key) => source.cluster("KEYSLOT", key)));
        const index = slots.findIndex((slot) => slot < 5000);
        const [slot, key] = [slots[index] as number, keys[index] as string];
        await target.cluster("SETSLOT", slot, "IMPORTING", one);
        await source.cluster("SETSLOT", slot, "MIGRATING", two);
        const auth = ["AUTH2", "administrator", "administrator-of-the-test-cluster"];
        await source.call("MIGRATE", "127.0.0.1", String(cluster.server("shard2-1").port), key, "0", "5000", ...auth);
        // Only one side of another, and one that is open towards nobody.
        await target.cluster("SETSLOT", 77, "IMPORTING", one);
        await source.cluster("SETSLOT", 78, "MIGRATING", two);
        await cluster.converge();
        await asDeclared();
        await allKeys();
        assert.doesNotMatch((await nodesOf("shard1-1")) + (await nodesOf("shard2-1")), /\[\d+-/);
    });

    it("ends a move that a killed update left half done, after a replica has taken the place of the server that gave the slot", async () => {
        await formed();
        const one = await idOf("shard1-1");
        const [source, target, replica] = [
            cluster.admin("shard1-1"),
            cluster.admin("shard2-1"),
            cluster.admin("shard1-2"),
        ];
        const tags = Array.from({ length: 20 }, (_, tag) => `{${tag}}`);
        const slots = await Promise.all(tags.map((tag) => source.cluster("KEYSLOT", tag)));
        const index = slots.findIndex((slot) => slot < 5000);
        const [slot, key] = [slots[index] as number, `${tags[index]}:0`];
        const together = Array.from({ length: 50 }, (_, number) => `${tags[index]}:${number}`);
        const client = cluster.client();
        await client.mset(Object.fromEntries(together.map((name) => [name, "value"])));
        assert.equal(await source.wait(1, 5000), 1);
        await target.cluster("SETSLOT", slot, "IMPORTING", one);
        await source.cluster("SETSLOT", slot, "MIGRATING", await idOf("shard2-1"));
        const auth = ["AUTH2", "administrator", "administrator-of-the-test-cluster"];
        await source.call("MIGRATE", "127.0.0.1", String(cluster.server("shard2-1").port), key, "0", "5000", ...auth);
        await replica.call("cluster", "failover");
        const seen = async () => (await nodesOf("shard2-1")).split("\n").find((line) => line.startsWith(one)) ?? "";
        while (!(await seen()).includes("slave")) await sleep(50);
        // For a target of 7.0 the slot has no owner now, since it is open there.
        await cluster.converge();
        await asDeclared();
        await allKeys();
        assert.deepEqual(await client.mget(together), Array(together.length).fill("value"));
        assert.doesNotMatch((await nodesOf("shard1-2")) + (await nodesOf("shard2-1")), /\[\d+-/);
    });

    it("gives keys to their owners that a replica kept when it took its master's place in the middle of a move", async () => {
        await formed();
        const [source, target, replica] = [
            cluster.admin("shard3-1"),
            cluster.admin("shard1-1"),
            cluster.admin("shard3-2"),
        ];
        const keys = Array.from({ length: keyCount }, (_, key) => `key:${key}`);
        const slots = await Promise.all(keys.map((key) => source.cluster("KEYSLOT", key)));
        const slot = slots.find((one) => one > 12_000) as number;
        const there = keys.filter((_, index) => slots[index] === slot);
        // The replica does not hear that the keys have gone.
        await replica.config("SET", "masterauth", "wrong");
        await source.call("client", "kill", "type", "replica");
        const [to, from] = [await idOf("shard1-1"), await idOf("shard3-1")];
        await target.cluster("SETSLOT", slot, "IMPORTING", from);
        await source.cluster("SETSLOT", slot, "MIGRATING", to);
        const auth = ["AUTH2", "administrator", "administrator-of-the-test-cluster"];
        const port = String(cluster.server("shard1-1").port);
        await source.call("MIGRATE", "127.0.0.1", port, "", "0", "5000", ...auth, "KEYS", ...there);
        for (const client of [target, source]) await client.cluster("SETSLOT", slot, "NODE", to);
        while (!(await nodesOf("shard3-2")).includes(`connected 0-5460 ${slot}`)) await sleep(50);
        const folder = await cluster.kill("shard3-1");
        await replica.call("cluster", "failover", "takeover");
        await cluster.start("shard3-1", folder);
        await replica.config("SET", "masterauth", "replication-of-the-test-cluster");
        cluster.declare({ shards: 2 });
        await cluster.converge();
        assert.ok(cluster.lines.some((line) => line.startsWith("shard3-2: open the slots of the ")));
        await asDeclared();
        await allKeys();
    });

    // Redis does the same on every version, and what is decided then is the same.
    if (version !== "8.0") return;

    it("takes over what redis-cli --cluster create made, in other pairs", async () => {
        cluster = await TestCluster.create(box());
        await cluster.startAll();
        // The first three become masters: two of one shard, none of the third.
        const order = ["shard1-1", "shard1-2", "shard2-1", "shard2-2", "shard3-1", "shard3-2"];
        const addresses = order.map((name) => `127.0.0.1:${cluster.server(name).port}`).join(" ");
        // Its guard against giving data away is lifted by the first convergence, not by redis-cli.
        await Promise.all(order.map((name) => cluster.admin(name).config("SET", "repl-diskless-sync-delay", "0")));
        await cluster.cli(`--cluster create ${addresses} --cluster-replicas 1 --cluster-yes`);
        const client = cluster.client();
        for (let key = 0; key < keyCount; key++) {
            while ((await client.set(`key:${key}`, String(key)).catch(() => "later")) !== "OK") await sleep(100);
        }
        await cluster.converge();
        await asDeclared();
        await allKeys();
    });

    it("repairs an address that others believe wrongly", async () => {
        await formed();
        const folder = await cluster.kill("shard3-2");
        await cluster.start("shard3-2", folder, (file) =>
            file.replace("cluster-announce-ip 127.0.0.1", "cluster-announce-ip 127.0.0.77"),
        );
        const id = await idOf("shard3-2");
        while (!(await nodesOf("shard1-1")).includes(`${id} 127.0.0.77`)) await sleep(50);
        await cluster.converge();
        await asDeclared();
        assert.match(await nodesOf("shard1-1"), new RegExp(`${id} 127\\.0\\.0\\.1:`));
    });

    it("leaves a failover as it is, and undoes it when asked to", async () => {
        await formed();
        await cluster.admin("shard1-2").cluster("FAILOVER");
        while (!(await nodesOf("shard1-2")).includes("myself,master")) await sleep(20);
        await cluster.converge();
        assert.match(await nodesOf("shard1-2"), /myself,master/);
        cluster.declare({ shards: 3, restoreMasters: true });
        const writer = new Writer(cluster.client());
        await writer.more(50);
        await cluster.converge();
        assert.match(await nodesOf("shard1-1"), /myself,master/);
        await writer.more(50);
        assert.deepEqual(await writer.lost(), []);
        assert.deepEqual(writer.errors, []);
        await asDeclared();
        await allKeys();
    });

    it("refuses a node that is none of ours, by its address, and forgets nobody", async () => {
        await formed();
        const stranger = await box().start({ "redis.conf": "cluster-enabled yes\n" });
        await cluster.admin("shard1-1").cluster("MEET", "127.0.0.1", stranger.port);
        while (!(await nodesOf("shard2-1")).includes(`:${stranger.port}@`)) await sleep(50);
        await assert.rejects(
            cluster.converge(),
            new RegExp(`127\\.0\\.0\\.1:${stranger.port} .*no server of this deployment`),
        );
        assert.match(await nodesOf("shard1-1"), new RegExp(`:${stranger.port}@`));
    });

    it("refuses a server that holds keys of its own", async () => {
        cluster = await TestCluster.create(box());
        await cluster.startAll();
        const first = cluster.admin("shard1-1");
        await first.cluster("ADDSLOTSRANGE" as never, 0 as never, 16383 as never);
        while (!((await first.cluster("INFO")) as string).includes("cluster_state:ok")) await sleep(50);
        await first.set("mine", "1");
        await first.cluster("DELSLOTSRANGE" as never, 0 as never, 16383 as never);
        await assert.rejects(cluster.converge(), /shard1-1: holds 1 keys but owns no slots/);
        assert.equal(await first.dbsize(), 1);
    });
}
