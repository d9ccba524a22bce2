import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { connectEngine } from "../../reconcile/docker/engine";
import { nodeNames } from "../../redis/model/names";
import { freeBlock, images, testLabel } from "../integration/servers";
import { Clients, freePorts, Project, type Stack, type StackConfiguration } from "./project";

const image = images["8.0"];

describe("What is refused before anything is touched", () => {
    let project: Project;
    let stack: Stack;
    let ports: number[];
    const engine = connectEngine();

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        ports = await freePorts(2);
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
    async function refused(expected: RegExp[], left: string[] = []): Promise<string> {
        const { code, output } = await stack.up();
        assert.notEqual(code, 0, output);
        for (const sentence of expected) assert.match(output, sentence);
        assert.doesNotMatch(output, /node:|Warning/, "Node.js has something to say beside the error");
        assert.deepEqual(await stack.objects(), left);
        return output;
    }

    it("every mistake in a stack file, in one error", async () => {
        await stack.writeText(`
            confg: { redis:data: delete }
            config:
                redi:data: delete
                redis:topology: star
                redis:memroy: 512mb
                redis:image: REDIS:8
                redis:preflight: perhaps
                redis:users: null
                redis:hosts: [{ name: local, address: nowhere.invalid }]
                redis:network: host
                redis:nodes:
                    - { name: master, port: 70000 }
                    - { name: master-files, port: ${ports[1]}, replicaOf: mister }
                redis:settings: { maxmemroy: 1gb, requirepass: x, repl-backlog-size: lots }
                redis:passwords: { default: hunter2 }`);
        const expected = [
            /nothing was touched/,
            /confg: .*config/,
            /redi:data: .*redis:data/,
            /topology: .*star/,
            /memroy: .*memory/,
            /image: .*redis:8/,
            /preflight: .*true or false/,
            /users: .*no value/,
            /hosts\[0\]\.address: .*does not resolve/,
            /nodes\[0\]\.port: .*70000/,
            /nodes\[1\]\.name: .*master-files/,
            /nodes\[1\]\.replicaOf: .*mister/,
            /settings\.maxmemroy: .*maxmemory/,
            /settings\.requirepass: /,
            /settings\.repl-backlog-size: /,
            /passwords\.default: .*in clear/,
        ];
        // A stack may begin with a preview, also in Pulumi's own words.
        const { code, output } = await stack.pulumi("preview");
        assert.notEqual(code, 0);
        for (const sentence of expected) assert.match(output, sentence);
        assert.doesNotMatch(output, /hunter2/);
        assert.deepEqual(await stack.objects(), []);
    });

    it("a password that is too short, set before the first update, without printing it", async () => {
        await stack.write(declaration());
        const set = await stack.pulumi("config", "set", "--secret", "--path", "redis:passwords.default", "hunter2");
        assert.equal(set.code, 0, set.output);
        const output = await refused([/nothing was touched/, /passwords\.default: .*shorter/]);
        assert.doesNotMatch(output, /hunter2|in clear/);
    });

    it("names, a volume and ports that are taken, in one error; the next update after freeing them succeeds", async () => {
        await stack.write(declaration());
        const name = nodeNames(stack.prefix, "master").container;
        const { dataVolume } = nodeNames(stack.prefix, "replica");
        const stranger = await engine.createContainer({ name, Image: image, Labels: { [testLabel]: "" } });
        await engine.createVolume({ Name: dataVolume, Labels: { [testLabel]: "" } });
        const holder = await engine.createContainer({
            Image: image,
            Cmd: ["sleep", "60"],
            Labels: { [testLabel]: "" },
            HostConfig: { PortBindings: { "1/tcp": [{ HostIp: "127.0.0.1", HostPort: String(ports[0]) }] } },
            ExposedPorts: { "1/tcp": {} },
        });
        const server = await listen(ports[1] ?? 0);
        try {
            await holder.start();
            await refused(
                [
                    new RegExp(`nodes\\[0\\]\\.name: the container name ${name} belongs to something else`),
                    new RegExp(`nodes\\[1\\]\\.name: the volume ${dataVolume} belongs to something else`),
                    /nodes\[0\]\.port: port \d+ is taken on local by the container/,
                    /nodes\[1\]\.port: port \d+ is taken on local, something answers/,
                ],
                [name, dataVolume].sort(),
            );
        } finally {
            await holder.remove({ force: true });
            await stranger.remove();
            await engine.getVolume(dataVolume).remove();
            server.close();
        }
        await stack.applied("--skip-preview");
    });

    describe("of a deployment that runs", () => {
        const clients = new Clients();
        const container = (node: string) => engine.getContainer(nodeNames(stack.prefix, node).container);

        after(() => clients.close());

        it("a port that is still held by a node which leaves in the same update", async () => {
            const before = await stack.objects();
            await stack.write({
                ...declaration(),
                nodes: [
                    { name: "master", port: ports[0] },
                    { name: "other", port: ports[1], replicaOf: "master" },
                ],
            });
            const sentence = /nodes\[1\]\.port: port \d+ is still held by replica, which leaves in the same update/;
            await refused([sentence], before);
        });

        it("a directive that its servers do not know, and an older version", async () => {
            const before = await stack.objects();
            await stack.write({ ...declaration(), settings: { timeout: 5, "cluster-slot-stats-enabled": true } });
            await refused([/settings\.cluster-slot-stats-enabled: .* from Redis 8\.2, .* Redis 8\.0\.\d+/], before);
            await stack.write({ ...declaration(), image: images["7.0"] });
            await refused(
                [/image: .*master, replica: Redis 8\.0\.\d+ cannot become Redis 7\.0\.\d+: an older/],
                before,
            );
        });

        it("a paused container, with the command that ends it, by status too", async () => {
            await stack.write({ ...declaration(), settings: { "maxmemory-policy": "allkeys-lru" } });
            const before = await stack.objects();
            const name = nodeNames(stack.prefix, "master").container;
            const sentence = new RegExp(`master: expected its container to run, .*\`docker unpause ${name}\``);
            await container("master").pause();
            try {
                const status = await stack.status();
                assert.equal(status.code, 1);
                assert.match(status.output, sentence);
                assert.doesNotMatch(status.output, /mends/);
                await refused([/nothing was touched/, sentence], before);
            } finally {
                await container("master").unpause();
            }
        });

        it("a container renamed by hand, with the command that undoes it", async () => {
            await stack.write(declaration());
            const [name, wrong] = [nodeNames(stack.prefix, "replica").container, `${stack.prefix}-renamed`];
            const replica = container("replica");
            await replica.rename({ name: wrong });
            try {
                await refused([new RegExp(`\`docker rename ${wrong} ${name}\``)], (await stack.objects()).sort());
            } finally {
                await engine.getContainer(wrong).rename({ name });
            }
        });

        it("the deletion of the last copies of keys, with their number, until the user lets them go", async () => {
            const id = await stack.containerId("master");
            const administrator = await stack.secret("administrator");
            const client = clients.to(ports[0] ?? 0, { username: "administrator", password: administrator });
            for (let key = 0; key < 50; key++) await client.set(`key:${key}`, key);
            await client.wait(1, 5000);
            const before = await stack.objects();
            await stack.write({
                topology: "cluster",
                image,
                network: "host",
                cluster: { shards: 3, replicasPerShard: 0, firstPort: await freeBlock(6) },
                data: "delete",
            });
            await refused([/master: it leaves with 50 keys that no other server has.*--delete-data/], before);
            assert.equal(await stack.containerId("master"), id);
            assert.equal(await client.dbsize(), 50);

            const output = await stack.applied("--delete-data");
            assert.match(output, /master: it leaves with 50 keys that no other server has; they are deleted with it/);
            await stack.asDeclared();
            assert.deepEqual(
                (await stack.objects()).filter((name) => /master|replica/.test(name)),
                [],
            );
        });
    });
});

function listen(port: number): Promise<Server> {
    return new Promise((resolve, reject) => {
        const server = createServer().on("error", reject);
        server.listen(port, "127.0.0.1", () => resolve(server));
    });
}
