import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { connectEngine } from "../../commands/docker/engine";
import { nodeNames } from "../../redis/names";
import { images, testLabel } from "../integration/servers";
import { freePorts, Project, type Stack, type StackConfiguration } from "./project";

const image = images["8.0"];

describe("What is refused before anything is touched", () => {
    let project: Project;
    let stack: Stack;
    let ports: number[];
    const engine = connectEngine();

    before(async () => {
        project = await Project.create();
        ports = await freePorts(2);
    });

    beforeEach(() => {
        stack = project.stack();
    });

    after(() => project.remove());

    const declaration = (): StackConfiguration => ({
        image,
        nodes: [
            { name: "master", port: ports[0] },
            { name: "replica", port: ports[1], replicaOf: "master" },
        ],
        data: "delete",
    });

    /** The update fails, says all of this in one error, and leaves Docker as it was. */
    async function refused(expected: RegExp[], left: string[] = []): Promise<void> {
        const { code, output } = await stack.up();
        assert.notEqual(code, 0, output);
        for (const sentence of expected) assert.match(output, sentence);
        assert.doesNotMatch(output, /node:|Warning/, "Node.js has something to say beside the error");
        assert.deepEqual(await stack.objects(), left);
    }

    it("every mistake in a stack file, in one error", async () => {
        await stack.write({
            ...declaration(),
            topology: "star",
            memroy: "512mb",
            nodes: [
                { name: "master", port: 70000 },
                { name: "replica", port: ports[1], replicaOf: "mister" },
            ],
            settings: { maxmemroy: "1gb", requirepass: "x", "repl-backlog-size": "lots" },
        });
        await refused([
            /nothing was touched/,
            /topology: .*star/,
            /memroy: .*memory/,
            /nodes\[0\]\.port: .*70000/,
            /nodes\[1\]\.replicaOf: .*mister/,
            /settings\.maxmemroy: .*maxmemory/,
            /settings\.requirepass: /,
            /settings\.repl-backlog-size: /,
        ]);
    });

    it("a password that is too short, without printing it", async () => {
        await stack.write({ ...declaration(), passwords: { default: "hunter2" } });
        const { code, output } = await stack.up();
        assert.notEqual(code, 0);
        assert.match(output, /passwords\.default: /);
        assert.doesNotMatch(output, /hunter2/);
    });

    it("a container name that is taken; the next update after freeing it succeeds", async () => {
        await stack.write(declaration());
        const name = nodeNames(stack.prefix, "master").container;
        const stranger = await engine.createContainer({ name, Image: image, Labels: { [testLabel]: "" } });
        await refused(
            [new RegExp(`nodes\\[0\\]\\.name: the container name ${name} belongs to something else`)],
            [name],
        );
        await stranger.remove();
        await stack.applied();
        assert.equal((await stack.down()).code, 0);
    });

    it("a port that is taken, by a container or by anything else; the next update after freeing it succeeds", async () => {
        await stack.write(declaration());
        const container = await engine.createContainer({
            Image: image,
            Cmd: ["sleep", "60"],
            Labels: { [testLabel]: "" },
            HostConfig: { PortBindings: { "1/tcp": [{ HostIp: "127.0.0.1", HostPort: String(ports[0]) }] } },
            ExposedPorts: { "1/tcp": {} },
        });
        const server = await listen(ports[1] ?? 0);
        try {
            await container.start();
            await refused([
                /nodes\[0\]\.port: port \d+ is taken on local by the container/,
                /nodes\[1\]\.port: port \d+ is taken on local, something answers/,
            ]);
        } finally {
            await container.remove({ force: true });
            server.close();
        }
        await stack.applied();
        assert.equal((await stack.down()).code, 0);
    });

    it("a volume of that name which is not this deployment's", async () => {
        await stack.write(declaration());
        const { dataVolume } = nodeNames(stack.prefix, "replica");
        await engine.createVolume({ Name: dataVolume, Labels: { [testLabel]: "" } });
        await refused(
            [new RegExp(`nodes\\[1\\]\\.name: the volume ${dataVolume} belongs to something else`)],
            [dataVolume],
        );
    });

    it("a port that is still held by a node which leaves in the same update", async () => {
        await stack.write(declaration());
        await stack.applied();
        const before = await stack.objects();
        await stack.write({
            ...declaration(),
            nodes: [
                { name: "master", port: ports[0] },
                { name: "other", port: ports[1], replicaOf: "master" },
            ],
        });
        await refused([/nodes\[1\]\.port: port \d+ is still held by replica, which leaves in the same update/], before);
        assert.equal((await stack.down()).code, 0);
    });
});

function listen(port: number): Promise<Server> {
    return new Promise((resolve, reject) => {
        const server = createServer().on("error", reject);
        server.listen(port, "127.0.0.1", () => resolve(server));
    });
}
