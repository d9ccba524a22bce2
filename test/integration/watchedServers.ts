import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { DeploymentArguments } from "../../redis/declaration/arguments";
import { passwords, type Shape, TestTree } from "./replicationServers";
import { type Box, freePort } from "./servers";

export const star = { a: undefined, b: "a", c: "a" };

/** A declared tree that three Sentinels watch. */
export class WatchedTree extends TestTree {
    /** The Sentinels that are declared. */
    readonly watchers: { name: string; port: number }[] = [];

    static async create(box: Box): Promise<WatchedTree> {
        const tree = new WatchedTree(box);
        for (const name of ["s1", "s2", "s3"]) tree.watchers.push({ name, port: await freePort() });
        return tree;
    }

    /** Declares it, and brings it up until nothing is left to do. */
    async up(shape: Shape = star, options: Partial<DeploymentArguments> = {}): Promise<void> {
        const sentinel = { downAfterMilliseconds: 1000, ...options.sentinel };
        await this.declare(shape, { topology: "sentinel", sentinels: this.watchers, ...options, sentinel });
        await this.startAll();
        await this.converge();
        assert.deepEqual(await this.plan(), [], "a second look found something to do");
    }

    /** What the Sentinels say the master is, one line if they agree. */
    async named(): Promise<string[]> {
        const answers = await Promise.all(
            this.watchers.map(({ name }) => this.admin(name).call("sentinel", "get-master-addr-by-name", "main")),
        );
        return [...new Set(answers.map((answer) => (answer as string[]).join(":")))];
    }

    address(name: string): string {
        return `127.0.0.1:${this.at(name).port}`;
    }

    /** An application's client, which asks Sentinels for the master. */
    client(): Redis {
        const redis = new Redis({
            sentinels: this.watchers.map(({ port }) => ({ host: "127.0.0.1", port })),
            name: "main",
            password: passwords.default,
            sentinelUsername: "discovery",
            sentinelPassword: passwords.discovery,
        });
        redis.on("error", () => undefined);
        return redis;
    }

    /** Which of the written numbers a server does not have. */
    async lost(numbers: number[], node: string): Promise<number[]> {
        const values = await this.admin(node).mget(numbers.map((number) => `key:${number}`));
        return numbers.filter((_, index) => values[index] === null);
    }
}

/** Writes numbers as long as it runs; which of them were acknowledged. */
export async function write(redis: Redis, running: () => boolean): Promise<{ acknowledged: number[]; errors: number }> {
    const acknowledged: number[] = [];
    let errors = 0;
    for (let number = 0; running(); number++) {
        try {
            await redis.set(`key:${number}`, number);
            acknowledged.push(number);
            await sleep(1);
        } catch {
            errors++;
        }
    }
    redis.disconnect();
    return { acknowledged, errors };
}
