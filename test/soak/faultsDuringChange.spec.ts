import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine } from "../../reconcile/docker/engine";
import { nodeNames } from "../../redis/model/names";
import { killedUp } from "../e2e/killed";
import { Clients, freePorts, type Outcome, Project, type Stack } from "../e2e/project";
import { Writer } from "../e2e/writer";
import { images } from "../integration/servers";

/** How long a server stands still, in milliseconds: longer than any client waits for one answer. */
const standstill = 5_000;

/**
 * A change that replaces every server, sets something live and changes a password, on three servers that keep nothing on
 * disk, while one of them stands still, the update is killed, or a second one runs. `ROUNDS=5 npm run soak -- ...` tries each
 * at more moments.
 */
describe("A change of everything while something goes wrong", () => {
    let project: Project;
    let stack: Stack;
    let ports: number[];
    let change = 0;
    /** Milliseconds that such a change takes when it is left alone. */
    let whole = 0;
    const names = ["master", "replica1", "replica2"];
    const clients = new Clients();
    const engine = connectEngine();
    const container = (node: string) => engine.getContainer(nodeNames(stack.prefix, node).container);
    const operator = "operator-of-the-servers-in-this-test";

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        ports = await freePorts(3);
        await nextChange();
        await stack.applied("--skip-preview");
        const started = Date.now();
        await nextChange();
        await stack.applied();
        whole = Date.now() - started;
    });

    after(async () => {
        clients.close();
        await project.remove();
    });

    /** What servers write to disk. */
    let persistence = "none";

    /** The writer's own password stays, another user's changes. */
    async function nextChange(): Promise<void> {
        change++;
        await stack.write({
            image: images["8.0"],
            nodes: names.map((name, index) => ({
                name,
                port: ports[index],
                persistence,
                ...(index > 0 ? { replicaOf: "master" } : {}),
            })),
            settings: { "io-threads": 1 + (change % 2), maxmemory: `${100 + change}mb`, appendfsync: "always" },
            users: [{ name: "operator", commands: "+@all" }, { name: "other" }],
            passwords: { operator, other: `password-of-the-other-user-${change}` },
            data: "delete",
        });
    }

    async function underWrites(work: () => Promise<void>): Promise<void> {
        const writer = new Writer(ports[0] as number, operator, "operator");
        try {
            await nextChange();
            await work();
            await ended(await stack.up());
        } finally {
            await writer.stop();
        }
        for (const port of ports) {
            assert.deepEqual(await writer.lost(clients.to(port, { username: "operator", password: operator })), []);
        }
        assert.ok(writer.acknowledged.length > 0);
        await stack.asDeclared();
    }

    async function ended({ code, output }: Outcome): Promise<void> {
        assert.equal(code, 0, output);
    }

    const somewhere = () => whole * (0.3 + 0.6 * Math.random());

    /** What keeps a server from answering for a while, and lets it go on. */
    interface Fault {
        begin: (node: string) => Promise<unknown>;
        end: (node: string) => Promise<unknown>;
    }

    const signal = async (node: string, name: NodeJS.Signals) =>
        process.kill((await container(node).inspect()).State.Pid, name);
    const network = () => engine.getNetwork(`${stack.prefix}-network`);
    const stopped: Fault = { begin: (node) => signal(node, "SIGSTOP"), end: (node) => signal(node, "SIGCONT") };
    const paused: Fault = { begin: (node) => container(node).pause(), end: (node) => container(node).unpause() };
    const cutOff: Fault = {
        begin: (node) => network().disconnect({ Container: container(node).id, Force: true }),
        end: (node) => network().connect({ Container: container(node).id, EndpointConfig: { Aliases: [node] } }),
    };

    async function standing(node: string, { begin, end }: Fault): Promise<void> {
        const update = stack.up();
        await sleep(somewhere());
        // It may just be replaced, and then there is nothing to stop.
        await begin(node).catch(() => undefined);
        await sleep(standstill);
        await end(node).catch(() => undefined);
        // Whether it went on or stopped with an error: the next one has to finish it.
        await update;
    }

    for (let round = 1; round <= Number(process.env.ROUNDS ?? 1); round++) {
        for (const node of names) {
            it(`${node} is stopped for a while (${round})`, () => underWrites(() => standing(node, stopped)));
        }
        it(`a replica's container is paused for a while (${round})`, () =>
            underWrites(() => standing("replica2", paused)));
        it(`the master is cut off from its replicas for a while (${round})`, () =>
            underWrites(() => standing("master", cutOff)));
        it(`the update is killed, with everything that it started (${round})`, () =>
            underWrites(() => killedUp(stack, somewhere(), true)));
        it(`a second update begins meanwhile, and both end (${round})`, () =>
            underWrites(async () => {
                const first = stack.up();
                await sleep(somewhere());
                const second = await stack.up();
                await ended(await first);
                await ended(second);
                assert.match(second.output, /Waiting for process \d+, which is at work on the stack \S+, since \d+-/);
            }));
        it(`the machine is started anew, with data on disk (${round})`, async () => {
            persistence = "aof";
            await nextChange();
            await stack.applied();
            await underWrites(async () => {
                await killedUp(stack, somewhere(), true);
                const gone = () => undefined;
                await Promise.all(names.map((node) => container(node).kill().catch(gone)));
                await Promise.all(names.map((node) => container(node).start().catch(gone)));
            });
            persistence = "none";
        });
    }
});
