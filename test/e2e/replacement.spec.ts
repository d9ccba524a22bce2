import assert from "node:assert/strict";
import { images } from "../integration/servers";
import { Clients, freePorts, Project, type Stack, type StackConfiguration } from "./project";
import { Writer } from "./writer";

describe("Servers replaced while clients write", () => {
    let project: Project;
    let stack: Stack;
    let ports: [number, number, number];
    const clients = new Clients();

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        ports = (await freePorts(3)) as typeof ports;
    });

    after(async () => {
        clients.close();
        await project.remove();
    });

    /** The master keeps nothing on disk: whatever it has when it is stopped is gone. */
    const declaration = (more: StackConfiguration): StackConfiguration => ({
        nodes: [
            { name: "master", port: ports[0], persistence: "none" },
            { name: "replica1", port: ports[1], persistence: "aof", replicaOf: "master" },
            { name: "replica2", port: ports[2], persistence: "none", replicaOf: "master" },
        ],
        data: "delete",
        ...more,
    });

    async function changedUnderWrites(change: StackConfiguration): Promise<string> {
        const password = (await stack.output("password")) as string;
        const writer = new Writer(ports[0], password);
        await stack.write(declaration(change));
        const { code, output } = await stack.up();
        await writer.stop();
        assert.equal(code, 0, output);
        assert.ok(writer.acknowledged.length > 100, "hardly anything was written");
        assert.deepEqual(await writer.lost(clients.to(ports[0], { password })), []);
        assert.deepEqual(
            [...writer.errors.keys()].filter(
                (kind) => !/^(READONLY|Connection|Stream|connect|MaxRetries|Reached)/.test(kind),
            ),
            [],
        );
        await stack.applied("--skip-preview", "--expect-no-changes");
        return output;
    }

    it("an upgrade loses no acknowledged write, although the master keeps nothing on disk", async () => {
        await stack.write(declaration({ image: images["7.0"] }));
        await stack.applied("--skip-preview");
        const upgrade = await changedUnderWrites({ image: images["8.0"] });
        assert.match(upgrade, /master: replaced last, after it has handed over to a replica/);
        assert.match(upgrade, /master: hand over to replica\d, before the container of master is replaced/);
        assert.match(upgrade, /replica\d: hand over to master, the declared master/);
        const password = (await stack.output("password")) as string;
        for (const port of ports) {
            assert.match(await clients.to(port, { password }).info("server"), /redis_version:8\./);
        }
    });

    it("nor does a setting that only a new start applies", async () => {
        const change = await changedUnderWrites({ image: images["8.0"], settings: { "io-threads": 2 } });
        assert.match(change, /master: hand over to replica\d/);
    });

    it("a setting that applies live replaces no server", async () => {
        const before = await Promise.all(["master", "replica1", "replica2"].map((node) => stack.containerId(node)));
        const settings = { "io-threads": 2, maxmemory: "128mb" };
        const change = await changedUnderWrites({ image: images["8.0"], settings });
        assert.match(change, /master: set maxmemory/);
        const after = await Promise.all(["master", "replica1", "replica2"].map((node) => stack.containerId(node)));
        assert.deepEqual(after, before);
    });
});
