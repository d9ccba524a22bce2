import assert from "node:assert/strict";
import { Writer } from "../integration/clusterWriter";
import { freeBlock, images } from "../integration/servers";
import { Application } from "./application";
import { Clients, Project, type Stack } from "./project";
import { Said } from "./said";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 900_000;

/** What the stack says about how to connect. */
interface Hints {
    cli: string;
    nodes: { host: string; port: number }[];
}

describe("A cluster on one host, Redis 8.0", function () {
    this.timeout(patience);
    let project: Project;
    let stack: Stack;
    let said: Said;
    let password: string;
    let firstPort: number;
    let hints: Hints;
    let application: Application;
    const clients = new Clients();

    const declare = (cluster: Record<string, unknown>) =>
        stack.write({
            topology: "cluster",
            image: images["8.0"],
            cluster: { firstPort, ...cluster },
            data: "delete",
        });

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        said = new Said(stack);
        firstPort = await freeBlock(20);
        await declare({ shards: 3 });
    });

    after(async () => {
        application?.close();
        clients.close();
        await project.remove();
    });

    it("comes up usable with one command", async () => {
        const output = await said.applied();
        application = await Application.of(stack);
        password = application.password;
        assert.equal(output.includes(password), false, "the password was printed");
        hints = (await stack.output("connect")) as Hints;
        assert.match(hints.cli, /^redis-cli -c -h 127\.0\.0\.1 /);
        assert.deepEqual(await stack.output("slots"), {
            "shard1-1": "0-5460",
            "shard2-1": "5461-10921",
            "shard3-1": "10922-16383",
        });
    });

    it("is whole in the eyes of every node", async () => {
        assert.equal(hints.nodes.length, 6);
        for (const { port } of hints.nodes) {
            const info = (await clients.to(port, { password }).cluster("INFO")) as string;
            assert.match(
                info,
                /cluster_state:ok[\s\S]*cluster_slots_ok:16384[\s\S]*cluster_known_nodes:6[\s\S]*cluster_size:3/,
            );
        }
    });

    it("sends clients of any start node to the right one", async () => {
        for (const { port } of hints.nodes) {
            const answers = await Promise.all(
                [
                    ["name", "5798"],
                    ["bbb", "5287"],
                ].map(async ([key = "", slot]) => {
                    const client = clients.to(port, { password });
                    assert.equal(String(await client.cluster("KEYSLOT", key)), slot);
                    return client.set(key, "x").catch((error: Error) => error.message);
                }),
            );
            for (const answer of answers) assert.match(String(answer), /^OK$|^MOVED (5798|5287) /);
        }
        const client = application.client();
        await client.set("name", "mrhelloworld");
        await client.set("bbb", "222");
        assert.deepEqual([await client.get("name"), await client.get("bbb")], ["mrhelloworld", "222"]);
    });

    it("shows its shards", async () => {
        const { code, output } = await stack.status();
        assert.equal(code, 0, output);
        assert.match(output, /1 +shard1-1 +local +127\.0\.0\.1:\d+ +master +0-5460 +1 online/);
        assert.match(output, /1 +shard1-2 +local +127\.0\.0\.1:\d+ +replica +up/);
        assert.match(output, /As declared/);
    });

    it("changes nothing the second time", async () => {
        await stack.applied("--expect-no-changes");
    });

    it("grows and shrinks under a writer that loses nothing", async () => {
        const writer = new Writer(application.client());
        await writer.more(100);
        const servers = ["shard1-1", "shard1-2", "shard2-1", "shard3-2"];
        const before = await Promise.all(servers.map((node) => stack.containerId(node)));
        for (const shards of [4, 3]) {
            await declare({ shards });
            const output = await said.applied();
            assert.match(output, /clients: while slots move they are sent after each key/);
            const table = (await stack.output("slots")) as Record<string, string>;
            assert.equal(Object.keys(table).length, shards);
            await writer.more(50);
        }
        assert.deepEqual(await Promise.all(servers.map((node) => stack.containerId(node))), before);
        assert.deepEqual(
            (await stack.objects()).filter((name) => name.includes("shard4")),
            [],
        );
        assert.deepEqual(await writer.lost(), []);
        assert.deepEqual(writer.errors, []);
    });

    it("leaves nothing behind when destroyed", async () => {
        const { code, output } = await stack.down();
        assert.equal(code, 0, output);
        assert.deepEqual(await stack.objects(), []);
    });
});
