import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { TestCluster } from "./clusterServers";
import { Writer } from "./clusterWriter";
import { type Box, onEveryVersion } from "./servers";

/** How long a master stands still, in milliseconds: less than its cluster-node-timeout by far. */
const stall = 800;

/** Servers that stand still for a while, as on a busy machine, during a change. */
onEveryVersion("a cluster whose masters stall", (box: () => Box) => {
    let cluster: TestCluster;
    let writer: Writer;

    beforeEach(async () => {
        cluster = await TestCluster.create(box());
        await cluster.startAll();
        await cluster.converge();
        writer = new Writer(cluster.client());
        await writer.more(50);
    });
    afterEach(() => cluster?.end());

    const masters = ["shard1-1", "shard2-1", "shard3-1"];
    const nodesOf = async (name: string): Promise<string> => (await cluster.admin(name).cluster("NODES")) as string;
    /** What each master's claim to its slots weighs: an election makes it more. */
    const epochs = (): Promise<(string | undefined)[]> =>
        Promise.all(
            masters.map(
                async (name) => /cluster_my_epoch:\d+/.exec((await cluster.admin(name).cluster("INFO")) as string)?.[0],
            ),
        );
    /** Stops one master after the other, each for a moment, from the first meeting on. */
    const stallAll = async (began: Promise<unknown>): Promise<void> => {
        await began;
        for (const name of masters) {
            await cluster.pause(name);
            await sleep(stall);
            await cluster.resume(name);
        }
    };
    const growing = async (): Promise<void> => {
        let began: (value: unknown) => void = () => undefined;
        const stalled = stallAll(
            new Promise((resolve) => {
                began = resolve;
            }),
        );
        await Promise.all([
            cluster.converge((line) => {
                if (/: meet /.test(line)) began(line);
            }),
            stalled,
        ]);
    };
    const nobodyFailed = async (): Promise<void> => {
        await writer.more(50);
        assert.deepEqual(await writer.lost(), []);
        assert.deepEqual(writer.errors, []);
        for (const name of masters) assert.match(await nodesOf(name), /myself,master/, name);
        assert.deepEqual(await cluster.differences(), []);
    };

    it("gets more replicas, and no other masters", async () => {
        const before = await epochs();
        cluster.declare({ shards: 3, replicasPerShard: 2 });
        await cluster.startAll();
        await growing();
        assert.deepEqual(await epochs(), before);
        await nobodyFailed();
    });

    it("gets more shards, and no other masters", async () => {
        cluster.declare({ shards: 5 });
        await cluster.startAll();
        await growing();
        await nobodyFailed();
    });
});
