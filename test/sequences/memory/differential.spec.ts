import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { apply as applyReally } from "../../../reconcile/apply";
import { Connections } from "../../../reconcile/redis/connections";
import { aclUsers } from "../../../redis/acl/users";
import type { Persistence } from "../../../redis/declaration/arguments";
import { quarantine } from "../../../redis/model/files/replicaOf";
import type { Endpoint } from "../../../redis/model/model";
import { describeStep } from "../../../redis/plan/describe";
import { continues, wentOnFrom } from "../../../redis/plan/replication/resynchronisation";
import type { Step } from "../../../redis/plan/step";
import type { Observation, RedisObservation } from "../../../redis/state/observation";
import { passwords, TestTree } from "../../integration/replicationServers";
import { type Box, onEveryVersion } from "../../integration/servers";
import { Random, seedOf } from "../random";
import { BothClusters } from "./cluster/both";
import type { Doing } from "./doing";
import { BothSentinels } from "./sentinel/both";
import { apply } from "./steps";
import { World } from "./world";

const seed = Number(process.env.SEED ?? 2026);
const [first, count] = process.env.SEQUENCE
    ? [Number(process.env.SEQUENCE), 1]
    : [0, Number(process.env.DIFFERENTIAL ?? 2)];
/** What is done in each sequence. */
const deeds = 8;
/** The same of a cluster, or under Sentinel, which take longer. */
const deedsOfMany = 5;
/** How long real servers may take to come to what servers in memory come to, in milliseconds. */
const patience = 8_000;

/** What is done to both kinds of servers at once. */
type Deed = { kind: "step"; step: Step } | { kind: "write"; node: string } | { kind: "kill" | "wipe"; nodes: string[] };

const names = ["a", "b", "c"];
const shapes = [
    { a: undefined, b: "a", c: "a" },
    { a: undefined, b: "a", c: "b" },
];
const keepings: Persistence[] = ["aof", "rdb", "none"];

onEveryVersion(`Servers in memory, SEED=${seed}, beside real ones`, (box) => {
    for (let number = first; number < first + count; number++) {
        it(`see the same after the same deeds, sequence ${number}`, async function () {
            this.timeout(120_000);
            this.retries(0);
            const both = new Both(box(), new Random(seedOf(seed, number)));
            try {
                await both.run();
            } finally {
                await both.end();
            }
        });
    }
});

onEveryVersion(`Clusters and Sentinels in memory, SEED=${seed}, beside real ones`, (box) => {
    const kinds = { cluster: BothClusters, sentinel: BothSentinels };
    for (const [kind, Kind] of Object.entries(kinds)) {
        for (let number = first; number < first + (count > 1 ? count >> 1 : count); number++) {
            it(`see the same after the same deeds, ${kind} ${number}`, async function () {
                this.timeout(600_000);
                this.retries(0);
                const both = new Kind(box(), new Random(seedOf(seed, number)));
                try {
                    await both.run(deedsOfMany);
                } finally {
                    await both.end();
                }
            });
        }
    }
});

/** A tree whose servers can lose their volumes. */
class LosingTree extends TestTree {
    lose(name: string): void {
        this.folders.delete(name);
    }
}

/** A tree of real servers, and the same one in memory. */
class Both {
    private readonly tree: LosingTree;
    private readonly world: World;
    private readonly connections = new Connections(passwords.administrator);
    private readonly done: string[] = [];
    private keys = 0;

    constructor(
        box: Box,
        private readonly random: Random,
    ) {
        this.tree = new LosingTree(box);
        // How long things take in memory is no part of what is compared.
        this.world = new World(new Random(1));
    }

    async run(): Promise<void> {
        const { random, tree, world } = this;
        const lines = Object.fromEntries(names.map((name) => [name, { persistence: random.pick(keepings) }]));
        const settings = { "repl-ping-replica-period": 3600 };
        await tree.declare(random.pick(shapes), { settings }, lines);
        this.done.push(JSON.stringify([tree.model.nodes.map(({ name, replicaOf }) => [name, replicaOf]), lines]));
        await tree.startAll();
        for (const node of tree.model.nodes) world.lay(tree.model, node, passwords).create(0);
        await this.compare();
        await this.do({ kind: "step", step: { kind: "promote", node: "a", why: "" } });
        for (let deed = 0; deed < deeds; deed++) await this.do(this.next());
    }

    async end(): Promise<void> {
        this.connections.close();
        await this.tree.end();
    }

    private next(): Deed {
        const { random } = this;
        const masters = names.filter((name) => !this.world.server(name).process?.following);
        const [node, other] = [random.pick(names), random.pick(names)];
        switch (random.below(7)) {
            case 0:
            case 1:
                return masters.length > 0 ? { kind: "write", node: random.pick(masters) } : this.step(promotion(node));
            case 2:
                return { kind: "kill", nodes: random.oneIn(2) ? names : [node] };
            case 3:
                return random.oneIn(3) ? { kind: "wipe", nodes: [node] } : this.step(promotion(node));
            case 4:
                return this.step({ kind: "park", node, parent: other });
            default:
                return node === other ? this.step(promotion(node)) : this.step(this.following(node, other));
        }
    }

    private step(step: Step): Deed {
        return { kind: "step", step };
    }

    private following(node: string, parent: string): Step {
        const { announce } = this.world.server(parent);
        return { kind: "follow", node, parent, endpoint: announce, was: "" };
    }

    /** Does something to both, and sees whether both become the same. */
    private async do(deed: Deed): Promise<void> {
        const { tree, world } = this;
        this.done.push(deed.kind === "step" ? describeStep(deed.step) : JSON.stringify(deed));
        switch (deed.kind) {
            case "write": {
                await tree.admin(deed.node).set(`key:${this.keys++}`, "x".repeat(60));
                world.writeTo(world.server(deed.node), 100);
                break;
            }
            case "kill":
            case "wipe": {
                for (const node of deed.nodes) await tree.kill(node);
                if (deed.kind === "wipe") for (const node of deed.nodes) tree.lose(node);
                for (const node of deed.nodes) await tree.start(node);
                for (const node of deed.nodes) world.kill(world.server(node), deed.kind === "wipe");
                for (const node of deed.nodes) world.server(node).start(0);
                break;
            }
            case "step": {
                const observation = await this.look();
                const context = { ...this.desired, model: tree.model, observation, connections: this.connections };
                await applyReally(deed.step, { ...context, say: () => undefined });
                finish(apply(world, this.desired, deed.step));
            }
        }
        await this.compare();
    }

    private get desired() {
        const { model } = this.tree;
        return { model, users: aclUsers(model, passwords), replicationPassword: passwords.replication };
    }

    private look(): Promise<Observation> {
        return this.tree.look(this.tree.model, this.connections);
    }

    /** Waits until real servers have come to what servers in memory come to in some looks. */
    private async compare(): Promise<void> {
        for (let looks = 0; looks < 15; looks++) this.world.tick();
        const expected = normal(this.world.look(this.tree.model));
        let seen: string[] = [];
        for (const until = Date.now() + patience; Date.now() < until; await sleep(50)) {
            seen = normal(await this.look());
            if (seen.join("\n") === expected.join("\n")) return;
        }
        assert.deepEqual(seen, expected, this.done.join("\n"));
    }
}

const promotion = (node: string): Step => ({ kind: "promote", node, why: "" });

function finish(doing: Doing): void {
    while (!doing.next().done);
}

/** What matters of an observation to plans, without ids, ports and clocks. */
function normal(observation: Observation): string[] {
    const nodeAt = (endpoint: Endpoint | undefined) =>
        endpoint?.port === quarantine.port
            ? "nowhere"
            : observation.find(({ announce }) => announce.port === endpoint?.port)?.node;
    const live = observation.flatMap(({ node, redis }) => (redis ? [{ node, redis }] : []));
    const servers = live.map(({ node, redis }) => {
        const { role, following, linkUp, keys, fromDisk, logRewrite, replicas, settings } = redis;
        const online = replicas.filter(({ state }) => state === "online").map(({ announce }) => nodeAt(announce));
        return JSON.stringify([
            ...[node, role, nodeAt(following), linkUp ? "up" : "down", keys, fromDisk ?? false, !!logRewrite],
            ...[settings.appendonly, settings.save === "" ? "no save" : "save", online.sort()],
        ]);
    });
    const pairs = live.flatMap((one) =>
        live.flatMap((other) => {
            if (one === other) return [];
            const of = relation(one.redis, other.redis);
            return of ? [`${one.node} ${other.node}: ${of}`] : [];
        }),
    );
    return [...servers, ...pairs];
}

/** What two servers' places in histories mean to each other. */
function relation(one: RedisObservation, other: RedisObservation): string {
    const ahead = one.history.id === other.history.id ? `same history ${Math.sign(one.offset - other.offset)}` : "";
    const goesOn = continues(one, other) ? "goes on" : "";
    return [ahead, goesOn, wentOnFrom(one, other) ? "went on from" : ""].filter(Boolean).join(", ");
}
