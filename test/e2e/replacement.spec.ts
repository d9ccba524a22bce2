import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine } from "../../reconcile/docker/engine";
import { nodeNames } from "../../redis/model/names";
import { images } from "../integration/servers";
import { brokenImage } from "./brokenImage";
import { Clients, freePorts, Project, type Stack, type StackConfiguration } from "./project";
import { Said } from "./said";
import { Writer } from "./writer";

/** Servers that keep nothing on disk: whatever one has when its process ends is gone. */
describe("Servers replaced while clients write, with all data in memory", () => {
    let project: Project;
    let stack: Stack;
    let said: Said;
    let ports: [number, number, number];
    let password: string;
    const names = ["master", "replica1", "replica2"];
    const clients = new Clients();
    const engine = connectEngine();
    const container = (node: string) => engine.getContainer(nodeNames(stack.prefix, node).container);
    const client = (node: string) => clients.to(ports[names.indexOf(node)] ?? 0, { password });
    const ids = () => Promise.all(names.map((node) => stack.containerId(node)));

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        said = new Said(stack, ["given-password-of-the-administrator"]);
        ports = (await freePorts(3)) as typeof ports;
        await stack.write(declaration({ image: images["7.0"] }));
        await stack.applied("--skip-preview");
        password = (await stack.output("password")) as string;
    });

    after(async () => {
        clients.close();
        await project.remove();
    });

    const declaration = (more: StackConfiguration): StackConfiguration => ({
        users: [{ name: "default" }, { name: "other" }],
        passwords: { other: "first-password-of-the-other-user" },
        nodes: names.map((name, index) => ({
            name,
            port: ports[index],
            persistence: "none",
            ...(index > 0 ? { replicaOf: "master" } : {}),
        })),
        data: "delete",
        ...more,
    });

    async function changedUnderWrites(change: StackConfiguration): Promise<string> {
        const writer = new Writer(ports[0], password);
        await stack.write(declaration(change));
        const output = await said.applied().finally(() => writer.stop());
        assert.ok(writer.acknowledged.length > 100, "hardly anything was written");
        for (const node of names) assert.deepEqual(await writer.lost(client(node)), [], node);
        assert.deepEqual(
            [...writer.errors.keys()].filter(
                (kind) => !/^(READONLY|WRONGPASS|Connection|Stream|connect|MaxRetries|Reached)/.test(kind),
            ),
            [],
        );
        return output;
    }

    async function secondsBetweenChecks(node: string): Promise<number> {
        const { Healthcheck } = (await container(node).inspect()).Config;
        return (Healthcheck?.Interval ?? 0) / 1e9;
    }

    /** What is declared from the second test on. */
    const current: StackConfiguration = {
        image: images["8.0"],
        settings: { "io-threads": 2, maxmemory: "128mb" },
        passwords: {
            other: "first-password-of-the-other-user",
            administrator: "given-password-of-the-administrator",
        },
    };

    /** Keys of each server, in the order of their names. */
    const keys = () => Promise.all(names.map((node) => client(node).dbsize()));

    it("an image, a password and settings of both kinds in one change lose no acknowledged write", async () => {
        const settings = { "io-threads": 2, maxmemory: "100mb" };
        const passwords = { other: "second-password-of-the-other-user" };
        const output = await changedUnderWrites({ image: images["8.0"], settings, passwords });
        assert.match(output, /replica1: replaced first, as the canary/);
        assert.match(output, /replica2: replaced when those before it are back in sync/);
        assert.match(output, /master: replaced last, after it has handed over to a replica \(replica1 or replica2\)/);
        assert.match(output, /master: hand over to replica\d, before the container of master is replaced/);
        assert.match(output, /replica\d: hand over to master, the declared master/);
        for (const node of names) assert.match(await client(node).info("server"), /redis_version:8\./);
        const made = await Promise.all(names.map(async (node) => (await container(node).inspect()).Created));
        assert.deepEqual([...made].sort(), [made[1], made[2], made[0]], "they were replaced in another order");
        await stack.applied("--skip-preview", "--expect-no-changes");
    });

    it("a setting that applies live replaces no server, and neither another health check nor another password of the administrator", async () => {
        const before = await ids();
        const file = join(project.folder, "redis", "model", "containerSpecification.ts");
        const text = await readFile(file, "utf8");
        assert.match(text, /interval: "1m0s"/);
        await writeFile(file, text.replace('interval: "1m0s"', 'interval: "59s"'));
        const output = await changedUnderWrites(current);
        assert.match(output, /master: set maxmemory/);
        assert.match(output, /user administrator: another password, and the old one ends/);
        assert.deepEqual(await ids(), before);
    });

    it("a master that is killed after a handover does not bring an old snapshot back", async () => {
        const fresh = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`fresh:${index}`, "value"]));
        await client("master").mset(fresh);
        assert.equal(await client("master").wait(2, 10_000), 2);
        const [all = 0] = await keys();
        await container("master").kill({ signal: "KILL" });
        await container("master").start();
        await stack.applied("--skip-preview");
        assert.deepEqual(await keys(), [all, all, all]);
    });

    it("a server that does not answer is a reason to stop, by name", async () => {
        const before = await ids();
        await stack.write(declaration({ image: images["8.0"], settings: { "io-threads": 3 } }));
        const { State } = await container("master").inspect();
        process.kill(State.Pid, "SIGSTOP");
        try {
            const { code, output } = await stack.up();
            assert.notEqual(code, 0);
            assert.match(output, /nothing was touched/);
            assert.match(output, /master: does not answer on \S+ although its container runs/);
        } finally {
            process.kill(State.Pid, "SIGCONT");
        }
        assert.deepEqual(await ids(), before);
    });

    it("and so is a password of the administrator that servers do not take", async () => {
        const before = await ids();
        const passwords = { administrator: "another-password-of-the-administrator" };
        await stack.write(declaration({ image: images["8.0"], settings: { "io-threads": 3 }, passwords }));
        const { code, output } = await stack.up();
        assert.notEqual(code, 0);
        assert.match(output, /it takes another password of administrator: name that as previous\.administrator/);
        assert.doesNotMatch(output, /another-password/);
        assert.deepEqual(await ids(), before);
    });

    it("containers that Pulumi replaces for reasons nobody foresaw go in turn too, and lose nothing", async () => {
        await stack.write(declaration(current));
        const [before, written] = [await ids(), await keys()];
        await withState((server) => {
            server.inputs.image = server.outputs.image = "localhost/some-other-image:1";
        });
        const output = await stack.applied("--skip-preview");
        assert.match(output, /master: hand over to replica\d/);
        const after = await ids();
        assert.ok(after.every((id, index) => id !== before[index]));
        assert.deepEqual(await keys(), written);
    });

    it("also when it is only the master's, which Pulumi's plan tells", async () => {
        const [before, written] = [await ids(), await keys()];
        await withState((server, node) => {
            if (node === "master") server.inputs.image = server.outputs.image = "localhost/some-other-image:1";
        });
        assert.match(await stack.applied(), /master: hand over to replica\d/);
        assert.deepEqual((await ids()).slice(1), before.slice(1), "the update before had left something to do");
        assert.deepEqual(await keys(), written);
    });

    it("the first server that does not start with a new image gets its old one back, and nobody else is touched", async () => {
        const image = await brokenImage(images["8.0"], "No server today");
        const [before, written] = [await ids(), await keys()];
        await stack.write(declaration({ ...current, image: image.name }));
        try {
            const { code, output } = await stack.up("--skip-preview");
            assert.notEqual(code, 0);
            assert.match(output, /replica1: does not stay up with localhost\/redis-broken/);
            assert.match(output, /No server today/);
            assert.match(output, /replica1 runs localhost\/redis-debian:8\.0 again, with the files it had/);
            const after = await ids();
            assert.deepEqual([after[0], after[2]], [before[0], before[2]]);
            for (const until = Date.now() + 20_000; (await keys())[1] !== written[1] && Date.now() < until; ) {
                await sleep(100);
            }
            assert.deepEqual(await keys(), written);

            await stack.write(declaration(current));
            await stack.applied("--skip-preview");
            assert.deepEqual(await keys(), written);
            await stack.asDeclared();
            // It was replaced anyway, so that it has the health check of now.
            assert.equal(await secondsBetweenChecks("replica1"), 59);
        } finally {
            await image.remove();
        }
    });

    interface ServerState {
        inputs: { image: string };
        outputs: { image: string };
    }

    /** Changes what Pulumi's state says of servers' containers, as another plugin or a hand may. */
    async function withState(change: (server: ServerState, node: string) => void): Promise<void> {
        const folder = await mkdtemp(join(tmpdir(), "redis-on-docker-state-"));
        const file = join(folder, "state.json");
        try {
            await stack.pulumi("stack", "export", "--file", file);
            const state = JSON.parse(await readFile(file, "utf8"));
            for (const resource of state.deployment.resources) {
                const [, node] = /::redis-local-(\w+)$/.exec(resource.urn) ?? [];
                if (resource.type === "docker:index/container:Container" && node) change(resource, node);
            }
            await writeFile(file, JSON.stringify(state));
            const { code, output } = await stack.pulumi("stack", "import", "--file", file);
            assert.equal(code, 0, output);
        } finally {
            await rm(folder, { recursive: true });
        }
    }
});
