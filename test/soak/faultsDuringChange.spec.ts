import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine } from "../../commands/docker/engine";
import { nodeNames } from "../../redis/names";
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

    /** The writer's own password stays, another user's changes. */
    async function nextChange(): Promise<void> {
        change++;
        await stack.write({
            image: images["8.0"],
            nodes: names.map((name, index) => ({
                name,
                port: ports[index],
                persistence: "none",
                ...(index > 0 ? { replicaOf: "master" } : {}),
            })),
            settings: { "io-threads": 1 + (change % 2), maxmemory: `${100 + change}mb` },
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

    async function standing(node: string, how: "SIGSTOP" | "pause"): Promise<void> {
        const update = stack.up();
        await sleep(somewhere());
        // It may just be replaced, and then there is nothing to stop.
        const pid = await container(node)
            .inspect()
            .then(
                ({ State }) => State.Pid,
                () => 0,
            );
        const stop = async () => (how === "pause" ? container(node).pause() : process.kill(pid, "SIGSTOP"));
        const goOn = async () => (how === "pause" ? container(node).unpause() : process.kill(pid, "SIGCONT"));
        if (pid > 0) await Promise.resolve(stop()).catch(() => undefined);
        await sleep(standstill);
        if (pid > 0) await Promise.resolve(goOn()).catch(() => undefined);
        // Whether it went on or stopped with an error: the next one has to finish it.
        await update;
    }

    for (let round = 1; round <= Number(process.env.ROUNDS ?? 1); round++) {
        for (const node of names) {
            it(`${node} does not answer for a while (${round})`, () => underWrites(() => standing(node, "SIGSTOP")));
        }
        it(`a replica's container is paused for a while (${round})`, () =>
            underWrites(() => standing("replica2", "pause")));
        it(`the update is killed, with everything that it started (${round})`, () =>
            underWrites(() => killedUp(stack, somewhere(), true)));
        it(`a second update begins meanwhile, and both end (${round})`, () =>
            underWrites(async () => {
                const first = stack.up();
                await sleep(somewhere());
                const second = await stack.up();
                await ended(await first);
                await ended(second);
                assert.match(second.output, /Waiting for another command on the stack|held by|process \d+/);
            }));
    }
});
