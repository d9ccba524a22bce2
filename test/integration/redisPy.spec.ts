import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster, Redis } from "ioredis";
import { connectionHints } from "../../redis/model/connect";
import { Python } from "../e2e/python";
import { passwords as clusterPasswords, TestCluster } from "./clusterServers";
import { PythonWriter } from "./pythonWriter";
import { passwords, TestTree } from "./replicationServers";
import { freePort, onVersion } from "./servers";

onVersion("8.0", "redis-py, connected as the stack says", (box) => {
    let python: Python;
    let tree: TestTree | undefined;
    let cluster: TestCluster | undefined;

    before(async function () {
        try {
            python = await Python.create();
        } catch (error) {
            console.log(`    left out: ${(error as Error).message}`);
            this.skip();
        }
    });
    afterEach(async () => {
        await tree?.end();
        await cluster?.end();
        tree = undefined;
        cluster = undefined;
    });
    after(() => python?.remove());

    /** Ends the writer: nothing has failed, and all that was acknowledged is there. */
    async function nothingLost(writer: PythonWriter, client: Redis | Cluster): Promise<void> {
        const { acknowledged, errors } = await writer.stop();
        assert.deepEqual(errors, []);
        assert.ok(acknowledged.length > 100, `hardly anything was written: ${acknowledged.length}`);
        const lost: string[] = [];
        for (let at = 0; at < acknowledged.length; at += 500) {
            const keys = acknowledged.slice(at, at + 500);
            const values = await Promise.all(keys.map((key) => client.get(key)));
            lost.push(...keys.filter((key, index) => values[index] !== key));
        }
        assert.deepEqual(lost, []);
    }

    it("sees no error when mastership moves under Sentinel, and when the Sentinel it has asked restarts", async () => {
        const sentinels = await Promise.all(["s1", "s2", "s3"].map(async (name) => ({ name, port: await freePort() })));
        const servers = new TestTree(box());
        tree = servers;
        const up = async (master: string) => {
            const shape = ["a", "b", "c"].map((name) => [name, name === master ? undefined : master]);
            const sentinel = { downAfterMilliseconds: 1000 };
            await servers.declare(Object.fromEntries(shape), { topology: "sentinel", sentinels, sentinel });
            await servers.startAll();
            await servers.converge();
        };
        await up("a");
        const { redisPy } = connectionHints(servers.model);
        const writer = await PythonWriter.start(python, redisPy, passwords.default, passwords.discovery);
        const bare = await PythonWriter.start(
            python,
            withoutRetries(sentinels),
            passwords.default,
            passwords.discovery,
        );
        await sleep(300);
        await up("b");
        // It is cut off, and then finds the new master at once.
        const { errors } = await bare.stop();
        assert.deepEqual([...new Set(errors)], ["ConnectionError: Connection closed by server."]);
        // As an upgrade replaces it: a former master, and then the Sentinels.
        for (const name of ["a", "s1"]) {
            await servers.kill(name);
            await servers.start(name);
            await servers.converge();
        }
        await up("a");
        await sleep(300);
        await nothingLost(writer, servers.admin("a"));
    });

    it("sees no error while another master stands in for the declared one, and when that crashes and starts", async () => {
        const servers = new TestTree(box());
        tree = servers;
        const up = async (shape: Record<string, string | undefined>) => {
            await servers.declare(shape);
            await servers.startAll();
            await servers.converge();
        };
        await up({ a: undefined, b: "a" });
        const writer = await PythonWriter.start(python, connectionHints(servers.model).redisPy, passwords.default);
        await sleep(300);
        await up({ a: "b", b: undefined });
        await up({ a: undefined, b: "a" });
        await servers.kill("a");
        await servers.start("a");
        await sleep(300);
        await nothingLost(writer, servers.admin("a"));
    });

    it("sees no error when masters of a cluster hand over, and when one is lost", async () => {
        const servers = await TestCluster.create(box());
        cluster = servers;
        servers.declare({ shards: 3 }, { "cluster-node-timeout": 2000 });
        await servers.startAll();
        await servers.converge();
        const writer = await PythonWriter.start(
            python,
            connectionHints(servers.model).redisPy,
            clusterPasswords.default,
        );
        await sleep(300);
        const isMaster = async (name: string) =>
            ((await servers.admin(name).cluster("NODES")) as string).includes("myself,master");
        await servers.admin("shard1-2").cluster("FAILOVER");
        while (!(await isMaster("shard1-2"))) await sleep(20);
        await servers.start("shard1-1", await servers.kill("shard1-1"));
        await servers.converge();
        const folder = await servers.kill("shard2-1");
        while (!(await isMaster("shard2-2"))) await sleep(20);
        await servers.start("shard2-1", folder);
        await servers.converge();
        await sleep(300);
        await nothingLost(writer, servers.client());
    });
});

/** As redis-py's own documentation connects. */
const withoutRetries = (sentinels: { port: number }[]): string => `
from redis.sentinel import Sentinel
def connect(password, sentinel_password):
    signed_in = dict(username="discovery", password=sentinel_password)
    sentinels = [${sentinels.map(({ port }) => `("127.0.0.1", ${port})`).join(", ")}]
    return Sentinel(sentinels, sentinel_kwargs=signed_in).master_for("main", password=password)
`;
