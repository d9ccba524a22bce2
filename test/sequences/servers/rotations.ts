import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Cluster, Redis } from "ioredis";
import { connectionHints } from "../../../redis/model/connect";
import type { NodeModel } from "../../../redis/model/model";
import type { Python } from "../../e2e/python";
import { Writer } from "../../integration/clusterWriter";
import { PythonWriter } from "../../integration/pythonWriter";
import type { Shape, Start } from "../actions";
import { type Declaration, declarationOf, everyUser, passwordsOf, previousOf } from "../declaration";
import { type Boxes, Processes } from "./processes";
import { Up } from "./up";

/** Pause between two attempts to sign in, in milliseconds. */
const pause = 20;

/**
 * A deployment whose passwords are changed, those of every user at once, under clients that sign in all the time with one
 * that is valid.
 */
export class Rotations {
    readonly servers: Processes;
    /** Which password the clients have. */
    private round = 0;
    private probing = true;
    private readonly probes: Promise<void>;
    /** Servers that stand still, and cannot be asked. */
    readonly stopped = new Set<string>();
    private readonly refused: string[] = [];
    private signedIn = 0;
    private writers: { stop: () => Promise<string[]> }[] = [];
    private reconnections = 0;
    private downsBefore: number[] = [];

    private constructor(
        boxes: Boxes,
        private readonly python?: Python,
    ) {
        this.servers = new Processes(boxes);
        this.probes = Promise.resolve().then(() => this.probe());
    }

    /** Brings a deployment up, with clients that write. */
    static async begin(boxes: Boxes, shape: Shape, start: Start, python?: Python): Promise<Rotations> {
        const rotations = new Rotations(boxes, python);
        try {
            await rotations.servers.declareSequence(declarationOf(shape, start));
            await new Up(rotations.servers).run();
            rotations.reconnections = await rotations.synchronisations();
            rotations.downsBefore = await rotations.downs();
            await rotations.changeWriters();
            return rotations;
        } catch (error) {
            await rotations.servers.end();
            throw error;
        }
    }

    private get declared(): Declaration {
        return this.servers.declared;
    }

    /** Declares a new password of every user, with the old one beside it. */
    async declareNew(): Promise<void> {
        const { passwords } = this.declared;
        const next = Object.fromEntries(everyUser.map((user) => [user, (passwords[user] ?? 0) + 1]));
        await this.servers.declareSequence({ ...this.declared, passwords: next, graced: everyUser });
    }

    /** Declares that no old password is taken any more. */
    async declareEnd(): Promise<void> {
        await this.servers.declareSequence({ ...this.declared, graced: [] });
    }

    /** An `up` that ends old passwords only where nobody may need them. */
    up(onStep?: (step: number) => void): Up {
        const up = new Up(this.servers, onStep);
        up.endPasswords = false;
        return up;
    }

    /** The first half, and clients that change to the new password. */
    async begun(): Promise<void> {
        await this.declareNew();
        await this.up().run();
        await this.changeClients();
    }

    /**
     * The second half. A server that stood still has an old clock for who connects when it goes on, and takes them for older than
     * the change: they connect again then, as the refusal says.
     */
    async ended(): Promise<void> {
        await this.declareEnd();
        for (let tries = 1; ; tries++) {
            try {
                return await this.up().run();
            } catch (error) {
                if (tries === 3 || !/made before there was the new one/.test((error as Error).message)) throw error;
                await this.changeClients();
            }
        }
    }

    /** Has clients use the newest password. Servers know the second in which somebody has connected, and no more. */
    async changeClients(): Promise<void> {
        await sleep(2_100);
        this.servers.signInAgain();
        this.round = this.declared.passwords.default ?? 0;
        await this.changeWriters();
    }

    /** A connection of an application's, to any server, with the password that clients have. */
    client(node: NodeModel, options: { round?: number; connectionName?: string } = {}): Redis {
        const { round = this.round, connectionName } = options;
        const user = node.kind === "sentinel" ? "discovery" : "default";
        const client = new Redis({
            ...node.reach,
            username: user,
            password: passwordsOf({ passwords: { [user]: round } })[user],
            connectionName,
            lazyConnect: true,
            enableReadyCheck: false,
            maxRetriesPerRequest: 0,
            retryStrategy: null,
        });
        client.on("error", () => undefined);
        return client;
    }

    /** Whether a server takes the password of a round. */
    async takes(node: NodeModel, round: number): Promise<boolean> {
        const client = this.client(node, { round });
        try {
            return (await client.connect().then(() => client.ping())) === "PONG";
        } catch {
            return false;
        } finally {
            client.disconnect();
        }
    }

    /** Every server and Sentinel takes the newest password, and none of those before. */
    async onlyNewest(): Promise<void> {
        const newest = this.declared.passwords.default ?? 0;
        for (const node of this.servers.all) {
            for (let round = Math.max(0, newest - 3); round <= newest; round++)
                assert.equal(
                    await this.takes(node, round),
                    round === newest,
                    `${node.name}, password ${round} of ${newest}`,
                );
        }
        assert.deepEqual(previousOf(this.declared), {});
    }

    /** Ends it: nobody was refused, nothing failed, no link was made anew, and nothing is left to do. */
    async finish(linksStay = true): Promise<{ signedIn: number }> {
        for (const writer of this.writers.splice(0)) assert.deepEqual(await writer.stop(), []);
        this.probing = false;
        await this.probes;
        assert.deepEqual(this.refused, []);
        assert.ok(this.signedIn > 0, "nobody tried to sign in");
        await this.onlyNewest();
        if (linksStay) assert.equal(await this.synchronisations(), this.reconnections, "a link was made anew");
        assert.deepEqual(await this.servers.plan(), []);
        assert.deepEqual(await this.downs(), this.downsBefore, "a Sentinel took somebody for down");
        return { signedIn: this.signedIn };
    }

    async end(): Promise<void> {
        this.probing = false;
        await this.probes;
        for (const writer of this.writers.splice(0)) await writer.stop().catch(() => undefined);
        await this.servers.end();
    }

    /** How often replicas have begun to follow, on all servers. */
    private async synchronisations(): Promise<number> {
        const infos = await Promise.all(
            this.servers.model.nodes.map(({ name }) => this.servers.admin(name).info("stats")),
        );
        const counts = infos.flatMap((info) => [...info.matchAll(/^sync_(?:full|partial_ok):(\d+)/gm)]);
        return counts.reduce((sum, [, count]) => sum + Number(count), 0);
    }

    /** How often each Sentinel has taken somebody for down. */
    private downs(): Promise<number[]> {
        const sentinels = this.servers.model.sentinels ?? [];
        return Promise.all(
            sentinels.map(async ({ name }) => {
                const log = await this.servers.server(name).log();
                return log.match(/\+[so]down/g)?.length ?? 0;
            }),
        );
    }

    private async changeWriters(): Promise<void> {
        const before = this.writers.splice(0);
        const application = this.application();
        const writer = new Writer(application as Cluster, `round${this.round}`, 2, 5);
        await writer.more(20);
        this.writers.push({
            stop: async () => {
                const lost = await writer.lost();
                application.disconnect();
                return [...writer.errors, ...lost.map((key) => `${key} is lost`)];
            },
        });
        if (this.python) {
            const { default: password = "", discovery = "" } = passwordsOf({
                passwords: { default: this.round, discovery: this.round },
            });
            const all = this.servers.model.topology === "sentinel" ? [password, discovery] : [password];
            const other = await PythonWriter.start(this.python, connectionHints(this.servers.model).redisPy, ...all);
            this.writers.push({ stop: async () => (await other.stop()).errors });
        }
        for (const { stop } of before) assert.deepEqual(await stop(), [], "writers with the password before");
    }

    private application(): Redis | Cluster {
        const { model } = this.servers;
        const { default: password, discovery } = passwordsOf({
            passwords: { default: this.round, discovery: this.round },
        });
        const [master] = model.nodes;
        const client =
            model.topology === "cluster"
                ? new Cluster(
                      model.nodes.map(({ reach }) => reach),
                      { redisOptions: { password } },
                  )
                : model.topology === "sentinel"
                  ? new Redis({
                        sentinels: model.sentinels?.map(({ reach }) => reach),
                        name: "main",
                        password,
                        sentinelUsername: "discovery",
                        sentinelPassword: discovery,
                    })
                  : new Redis({ ...master?.reach, password });
        client.on("error", () => undefined);
        return client;
    }

    /** Signs in to one server after the other, all the time. */
    private async probe(): Promise<void> {
        for (let number = 0; this.probing; number++, await sleep(pause)) {
            // The first up makes them.
            if (this.writers.length === 0) continue;
            const nodes = this.servers.all.filter(({ name }) => !this.stopped.has(name));
            const node = nodes[number % nodes.length];
            if (!node) continue;
            const { round } = this;
            const client = this.client(node);
            try {
                await client.connect();
                await client.ping();
                this.signedIn++;
            } catch (error) {
                // Meanwhile it may have been stopped, or clients have changed.
                if (!this.stopped.has(node.name) && round === this.round)
                    this.refused.push(`${node.name} with password ${round}: ${(error as Error).message}`);
            } finally {
                client.disconnect();
            }
        }
    }
}
