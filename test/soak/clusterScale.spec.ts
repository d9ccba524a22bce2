import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "ioredis";
import { Application } from "../e2e/application";
import { killedUp } from "../e2e/killed";
import { Project, type Stack } from "../e2e/project";
import { Writer } from "../integration/clusterWriter";
import { freeBlock, images } from "../integration/servers";

/** Updates on a busy machine take minutes, in milliseconds. */
const patience = 1_800_000;
const keyCount = 200_000;
/** Keys set or read at once. */
const batch = 2_000;
/** How often an update is killed. */
const kills = 10;

describe("A cluster of 200,000 keys that changes its size while it is written and read", function () {
    this.timeout(patience);
    let project: Project;
    let stack: Stack;
    let firstPort: number;
    let application: Application;
    let writer: Writer;
    let reading = true;
    /** Milliseconds that the last whole update took. */
    let whole = 20_000;
    const readErrors: string[] = [];

    const declare = (shards: number, replicasPerShard: number) =>
        stack.write({
            topology: "cluster",
            image: images["8.0"],
            cluster: { firstPort, shards, replicasPerShard },
            data: "delete",
        });

    async function up(): Promise<void> {
        const started = Date.now();
        await stack.applied();
        whole = Date.now() - started;
    }

    async function read(client: Cluster): Promise<void> {
        for (let key = 0; reading; key = (key + 7) % keyCount) {
            const value = await client.get(`key:${key}`).catch((error: Error) => error.message);
            if (value !== String(key)) readErrors.push(`key:${key}: ${value}`);
            await sleep(1);
        }
    }

    /** Keys that are not what they were set to. */
    async function missing(client: Cluster): Promise<string[]> {
        const absent: string[] = [];
        for (let at = 0; at < keyCount; at += batch) {
            const values = await Promise.all(Array.from({ length: batch }, (_, key) => client.get(`key:${at + key}`)));
            absent.push(...values.flatMap((value, key) => (value === String(at + key) ? [] : [`key:${at + key}`])));
        }
        return absent;
    }

    async function nothingLost(): Promise<void> {
        await writer.more(100);
        assert.deepEqual(writer.errors, []);
        assert.deepEqual(readErrors, []);
        const status = await stack.status();
        assert.equal(status.code, 0, status.output);
        assert.deepEqual(await missing(application.client()), []);
    }

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        firstPort = await freeBlock(20);
        await declare(3, 1);
        await up();
        application = await Application.of(stack);
        const client = application.client();
        for (let at = 0; at < keyCount; at += batch) {
            await Promise.all(
                Array.from({ length: batch }, (_, key) => client.set(`key:${at + key}`, String(at + key))),
            );
        }
        writer = new Writer(client);
        void read(application.client());
        await writer.more(50);
    });

    after(async () => {
        reading = false;
        application?.close();
        await project.remove();
    });

    for (const [shards, replicas] of [
        [5, 1],
        [3, 1],
        [3, 2],
        [3, 1],
    ] as const) {
        it(`goes to ${shards} shards with ${replicas === 1 ? "one replica" : `${replicas} replicas`} each`, async () => {
            await declare(shards, replicas);
            await up();
            await nothingLost();
        });
    }

    it(`and back and forth, killed with SIGKILL ${kills} times`, async () => {
        for (let kill = 1; kill <= kills; kill++) {
            await declare(kill % 2 === 1 ? 5 : 3, 1);
            // The first part of an update touches nothing: it is the preview.
            await killedUp(stack, Math.round(whole * (0.3 + 0.7 * Math.random())), kill % 3 !== 0);
            // Every other one is killed again on its way back.
            if (kill % 4 !== 1) await up();
        }
        await declare(3, 1);
        await up();
        await nothingLost();
        assert.deepEqual(await writer.lost(), []);
    });
});
