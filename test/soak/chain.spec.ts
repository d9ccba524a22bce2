import assert from "node:assert/strict";
import { Clients, freePorts, Project, type Stack } from "../e2e/project";
import { Ledger } from "../integration/ledger";
import { images } from "../integration/servers";

/** Updates on a busy machine take minutes, in milliseconds. */
const patience = 900_000;

describe("A chain with persistence by role", function () {
    this.timeout(patience);
    let project: Project;
    let stack: Stack;
    let ports: number[];
    let password: string;
    let ledger: Ledger;
    const clients = new Clients();
    const names = ["master", "replica1", "replica2"];
    const port = (name: string) => ports[names.indexOf(name)] ?? 0;
    const at = (name: string) => ({ host: "127.0.0.1", port: port(name) });
    const client = (name: string) => clients.to(port(name), { password });
    const info = async (name: string) => client(name).info("replication");
    const tree = (parents: Record<string, string>) =>
        stack.write({
            image: images["8.0"],
            nodes: [
                { name: "master", port: port("master"), persistence: "aof" },
                {
                    name: "replica1",
                    port: port("replica1"),
                    persistence: "rdb",
                    settings: { dbfilename: "dump6380.rdb" },
                },
                { name: "replica2", port: port("replica2"), persistence: "none" },
            ].map((node) => ({ ...node, ...(parents[node.name] ? { replicaOf: parents[node.name] } : {}) })),
            data: "delete",
        });

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        ports = await freePorts(3);
        await tree({ replica1: "master", replica2: "replica1" });
        await stack.applied();
        password = (await stack.output("password")) as string;
        ledger = new Ledger(() => names.map(at), password);
    });

    after(async () => {
        clients.close();
        await project.remove();
    });

    async function ups(): Promise<string> {
        const output = await stack.applied();
        await stack.asDeclared();
        await stack.applied("--expect-no-changes");
        return output;
    }

    it("hangs the second replica below the first", async () => {
        assert.match(await info("master"), /connected_slaves:1/);
        assert.match(await info("replica1"), /role:slave[\s\S]*master_host:master[\s\S]*connected_slaves:1/);
        assert.match(await info("replica2"), /role:slave[\s\S]*master_host:replica1[\s\S]*master_link_status:up/);
    });

    it("lets each role keep its own data: append-only file, snapshots, nothing", async () => {
        const administrator = { username: "administrator", password: await stack.secret("administrator") };
        const config = async (name: string, what: string) =>
            ((await clients.to(port(name), administrator).config("GET", what)) as string[])[1];
        assert.equal(await config("master", "appendonly"), "yes");
        assert.equal(await config("master", "save"), "");
        assert.equal(await config("replica1", "appendonly"), "no");
        assert.equal(await config("replica1", "save"), "3600 1 300 100 60 10000");
        assert.equal(await config("replica1", "dbfilename"), "dump6380.rdb");
        assert.equal(await config("replica2", "appendonly"), "no");
        assert.equal(await config("replica2", "save"), "");
    });

    it("reads on both replicas what the master was told, and they take no writes", async () => {
        await client("master").set("title", "sunshine");
        assert.equal(await client("master").wait(1, 2000), 1);
        for (const name of ["replica1", "replica2"]) {
            for (let tries = 0; tries < 100 && (await client(name).get("title")) === null; tries++)
                await client(name).ping();
            assert.equal(await client(name).get("title"), "sunshine");
            await assert.rejects(client(name).set("title", "x"), /READONLY/);
        }
        await assert.rejects(clients.to(port("master"), { enableReadyCheck: false }).get("title"), /NOAUTH/);
    });

    it("becomes a star, a chain through the other one and the chain again, while a client writes", async () => {
        await ledger.start();
        await tree({ replica1: "master", replica2: "master" });
        await ups();
        assert.match(await info("master"), /connected_slaves:2/);
        await tree({ replica1: "replica2", replica2: "master" });
        await ups();
        assert.match(await info("replica1"), /master_host:replica2/);
        await tree({ replica1: "master", replica2: "replica1" });
        await ups();
        await ledger.stop();
        assert.deepEqual(await ledger.lost(at("master")), []);
        assert.deepEqual([...ledger.refusals.keys()], []);
    });

    it("promotes the first replica with the rest behind it, and the master back, without losing a write", async () => {
        await ledger.start();
        await tree({ master: "replica1", replica2: "replica1" });
        assert.match(await ups(), /master: hand over to replica1, the declared master/);
        assert.match(await info("replica1"), /role:master[\s\S]*connected_slaves:2/);
        await tree({ replica1: "master", replica2: "replica1" });
        assert.match(await ups(), /replica1: hand over to master/);
        await ledger.stop();
        assert.deepEqual(await ledger.lost(at("master")), []);
        assert.match(await info("replica1"), /connected_slaves:1/);
    });

    it("promotes the end of the chain, and drops the old master in the same change, without losing a write", async () => {
        await ledger.start();
        await stack.write({
            image: images["8.0"],
            nodes: [
                { name: "replica1", port: port("replica1"), persistence: "rdb", replicaOf: "replica2" },
                { name: "replica2", port: port("replica2"), persistence: "none" },
            ],
            data: "delete",
        });
        await ups();
        await ledger.stop();
        assert.deepEqual(await ledger.lost(at("replica2")), []);
        assert.match(await info("replica2"), /role:master[\s\S]*connected_slaves:1/);
        assert.deepEqual(
            (await stack.objects()).filter((name) => name.includes("master")),
            [],
        );
    });
});
