import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis, type SentinelConnectionOptions } from "ioredis";
import { connectEngine } from "../../reconcile/docker/engine";
import { nodeNames } from "../../redis/model/names";
import { freePorts, Project, type Stack } from "../e2e/project";
import { Python } from "../e2e/python";
import { PythonWriter } from "../integration/pythonWriter";
import { images } from "../integration/servers";

const servers = ["redis1", "redis2", "redis3"];
const sentinels = ["sentinel1", "sentinel2", "sentinel3"];

/** Updates on a busy machine take minutes, in milliseconds. */
const patience = 900_000;

describe("Sentinels on one host", function () {
    this.timeout(patience);
    let project: Project;
    let stack: Stack;
    let ports: number[];
    let running = true;
    let errors = 0;
    const acknowledged: number[] = [];
    let client: Redis;
    let python: Python;

    const container = (node: string) => connectEngine().getContainer(nodeNames(stack.prefix, node).container);
    const declare = (master: string, image: string = images["7.0"]) =>
        stack.write({
            topology: "sentinel",
            image,
            nodes: servers.map((name, index) => ({
                name,
                port: ports[index],
                ...(name === master ? {} : { replicaOf: master }),
            })),
            sentinels: sentinels.map((name, index) => ({ name, port: ports[3 + index] })),
            sentinel: { downAfterMilliseconds: 2000 },
            data: "delete",
        });

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        python = await Python.create();
        ports = await freePorts(6);
        await declare("redis1");
    });

    after(async () => {
        running = false;
        client?.disconnect();
        python?.remove();
        await project.remove();
    });

    /** An application that was given the stack's outputs and nothing else. */
    async function connect(): Promise<Redis> {
        const { ioredis } = (await stack.output("connect")) as { ioredis: SentinelConnectionOptions };
        const passwords = (await stack.output("passwords")) as Record<string, string>;
        const redis = new Redis({ ...ioredis, password: passwords.default, sentinelPassword: passwords.discovery });
        redis.on("error", () => undefined);
        return redis;
    }

    async function write(): Promise<void> {
        for (let number = 0; running; number++) {
            try {
                await client.set(`key:${number}`, number);
                acknowledged.push(number);
            } catch {
                errors++;
            }
            await sleep(1);
        }
    }

    async function noneLost(): Promise<void> {
        const values = await client.mget(acknowledged.map((number) => `key:${number}`));
        assert.deepEqual(
            acknowledged.filter((_, index) => values[index] === null),
            [],
        );
    }

    async function masterNow(): Promise<string> {
        const { output } = await stack.status();
        return /^\W*(\w+) +local +\S+ +master/m.exec(output)?.[1] ?? "";
    }

    it("come up with one command, and applications find the master through them", async () => {
        await stack.applied();
        client = await connect();
        assert.equal(await client.set("title", "sunshine"), "OK");
        void write();
        const again = await stack.up("--expect-no-changes");
        assert.equal(again.code, 0, again.output);
    });

    it("hand over to another declared master without an error or a lost write", async () => {
        await declare("redis2");
        // The preview says what the convergence then does.
        assert.match(await stack.planned(), /redis1: hand over to redis2 through Sentinel, the declared master/);
        const output = await stack.applied();
        assert.match(output, /redis1: hand over to redis2 through Sentinel/);
        assert.equal(await masterNow(), "redis2");
        assert.equal(errors, 0);
        await noneLost();
    });

    it("promote a replica when the master stops; the next up brings it back as a replica and moves nothing", async () => {
        await container("redis2").stop();
        for (let before = acknowledged.length; acknowledged.length < before + 50; ) await sleep(50);
        await stack.applied();
        assert.notEqual(await masterNow(), "redis2");
        assert.doesNotMatch(await stack.planned(), /hand over/);
        const again = await stack.up("--expect-no-changes");
        assert.equal(again.code, 0, again.output);
        await noneLost();
    });

    it("are upgraded with their servers without an error or a lost write, also of redis-py", async () => {
        const { redisPy } = (await stack.output("connect")) as { redisPy: string };
        const passwords = (await stack.output("passwords")) as Record<string, string>;
        const { default: password = "", discovery = "" } = passwords;
        const writer = await PythonWriter.start(python, redisPy, password, discovery);
        await declare("redis2", images["8.0"]);
        await stack.applied();
        const written = await writer.stop();
        assert.deepEqual(written.errors, []);
        const values = await client.mget(written.acknowledged);
        assert.deepEqual(
            written.acknowledged.filter((_, index) => values[index] === null),
            [],
        );
        assert.equal(errors, 0);
        await noneLost();
    });

    it("leave nothing behind when destroyed", async () => {
        running = false;
        const { code, output } = await stack.down();
        assert.equal(code, 0, output);
        assert.deepEqual(await stack.objects(), []);
    });
});
