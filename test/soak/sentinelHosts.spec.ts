import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis, type SentinelConnectionOptions } from "ioredis";
import { connectEngine } from "../../reconcile/docker/engine";
import { nodeNames } from "../../redis/model/names";
import { type Host, Hosts } from "../e2e/hosts";
import { Project, type Stack } from "../e2e/project";
import { images } from "../integration/servers";

/** Updates on a busy machine take minutes, in milliseconds. */
const patience = 900_000;
/** When Sentinels take a server for dead, in milliseconds. */
const downAfter = 2000;

describe("Sentinels over three hosts", function () {
    this.timeout(patience);
    let hosts: Hosts;
    let project: Project;
    let stack: Stack;
    let client: Redis;
    let running = true;
    const errors: string[] = [];
    /** The longest time between two acknowledged writes, in milliseconds. */
    let longestGap = 0;
    const acknowledged: number[] = [];

    const declare = (...down: string[]) =>
        stack.write({
            topology: "sentinel",
            image: images["8.0"],
            hosts: hosts.declared(...down),
            nodes: [
                { name: "redis1", host: "a", port: 6379 },
                { name: "redis2", host: "b", port: 6379, replicaOf: "redis1" },
                { name: "redis3", host: "c", port: 6379, replicaOf: "redis1" },
            ],
            sentinels: hosts.declared().map(({ name }, index) => ({
                name: `sentinel${index + 1}`,
                host: name,
                port: 26379,
            })),
            sentinel: { downAfterMilliseconds: downAfter },
            data: "delete",
        });

    before(async () => {
        hosts = await Hosts.create(3, [images["8.0"]]);
        project = await Project.create();
        stack = project.stack();
        await declare();
    });

    after(async () => {
        running = false;
        client?.disconnect();
        hosts?.remove();
        await project?.remove();
    });

    async function write(): Promise<void> {
        let last = performance.now();
        for (let number = 0; running; number++) {
            try {
                await client.set(`key:${number}`, number);
                acknowledged.push(number);
                longestGap = Math.max(longestGap, performance.now() - last);
                last = performance.now();
            } catch (error) {
                errors.push((error as Error).message);
            }
            await sleep(1);
        }
    }

    async function more(count: number): Promise<void> {
        for (const wanted = acknowledged.length + count; acknowledged.length < wanted; ) await sleep(20);
    }

    /** Acknowledged writes that the master does not have. */
    async function lost(): Promise<number[]> {
        const numbers = [...acknowledged];
        const values: (string | null)[] = [];
        for (let at = 0; at < numbers.length; at += 1000) {
            values.push(...(await client.mget(numbers.slice(at, at + 1000).map((number) => `key:${number}`))));
        }
        return numbers.filter((_, index) => values[index] === null);
    }

    /** The host on which the master runs now. */
    async function masterHost(): Promise<Host> {
        const { output } = await stack.status();
        return hosts.host(/^\W*\w+ +([abc]) +\S+ +master/m.exec(output)?.[1] ?? "none");
    }

    async function whole(): Promise<void> {
        await stack.applied();
        await stack.asDeclared();
        await stack.applied("--expect-no-changes");
    }

    it("come up with one command, and an application finds the master through any of them", async () => {
        await whole();
        const { ioredis } = (await stack.output("connect")) as { ioredis: SentinelConnectionOptions };
        const passwords = (await stack.output("passwords")) as Record<string, string>;
        const signedIn = { ...ioredis, password: passwords.default, sentinelPassword: passwords.discovery };
        for (const sentinel of ioredis.sentinels ?? []) {
            const one = new Redis({ ...signedIn, sentinels: [sentinel] });
            assert.equal(await one.set("title", "sunshine"), "OK");
            one.disconnect();
        }
        // An application waits for the next master rather than to fail: longer than a failover takes.
        client = new Redis({ ...signedIn, maxRetriesPerRequest: null });
        client.on("error", () => undefined);
        void write();
    });

    it("promote a replica when the master is killed; it comes back as a replica, and up changes nothing", async () => {
        await more(200);
        const killed = await masterHost();
        const name = `redis${hosts.hosts.indexOf(killed) + 1}`;
        const container = connectEngine(killed.docker).getContainer(nodeNames(stack.prefix, name).container);
        // Stopped for good, so that it cannot be back before Sentinel has noticed.
        await container.update({ RestartPolicy: { Name: "no" } });
        longestGap = 0;
        await container.kill({ signal: "SIGKILL" });
        await more(200);
        console.log(`      ${Math.round(longestGap)} ms from the kill to the next write, down-after ${downAfter} ms`);
        assert.notEqual((await masterHost()).name, killed.name);
        await whole();
        assert.notEqual((await masterHost()).name, killed.name, "the next up moved the master");
        assert.deepEqual(errors, []);
        // Redis passes writes on without waiting: the last ones before the kill may be gone.
        const missing = await lost();
        assert.ok(missing.length <= 2, `lost ${missing.length} of ${acknowledged.length} acknowledged writes`);
    });

    it("promote a replica when the master's whole host is lost; up works without it and makes it whole later", async () => {
        const before = (await lost()).length;
        const cut = await masterHost();
        longestGap = 0;
        cut.cut();
        await more(200);
        console.log(`      ${Math.round(longestGap)} ms from the loss of the host to the next write`);

        await declare(cut.name);
        await stack.applied();
        const status = await stack.status();
        assert.match(status.output, new RegExp(`^\\W*redis\\d +${cut.name} .*down`, "m"));
        await more(50);

        await cut.start();
        await declare();
        await whole();
        await more(50);
        assert.notEqual((await masterHost()).name, cut.name);
        assert.deepEqual(errors, []);
        const missing = (await lost()).length - before;
        assert.ok(missing <= 2, `lost ${missing} of ${acknowledged.length} acknowledged writes`);
    });

    it("leave nothing behind when destroyed", async () => {
        running = false;
        const { code, output } = await stack.down();
        assert.equal(code, 0, output);
        for (const { docker } of hosts.hosts) {
            const left = await connectEngine(docker).listContainers({ all: true });
            assert.deepEqual(
                left.flatMap(({ Names }) => Names),
                [],
            );
        }
    });
});
