import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { buildModel } from "../../../redis/model/model";
import { type Allowed, type LiveChange, liveChange } from "../../../redis/plan/liveChange";
import type { Observation } from "../../../redis/state/observation";
import { asFormed, cluster as observedCluster } from "./clusterViews";
import { observed, replicationPassword } from "./observed";

const identity = { id: "id", prefix: "redis-test" };
const image = "redis:8.0.2";
const args: DeploymentArguments = {
    image,
    network: "host",
    nodes: [
        { name: "a", port: 6379 },
        { name: "b", port: 6380, replicaOf: "a" },
    ],
};
const live = buildModel(args, identity);
const cluster: DeploymentArguments = {
    topology: "cluster",
    image,
    network: "host",
    data: "delete",
    cluster: { shards: 3 },
};
const nothing: Allowed = { deleteData: [], endPasswords: false };

function changeTo(declared: DeploymentArguments, observation: Observation, allowed = nothing): LiveChange {
    const model = buildModel(declared, identity);
    return liveChange({ args: declared, model }, { model, users: [], replicationPassword }, observation, allowed);
}

const without = (changed: LiveChange) => ({ ...changed, description: undefined });

/** The servers of the tree, about to leave for another declaration. */
const leaving = observed(live).map((server) => ({
    ...server,
    declared: false,
    container: { id: `${server.node}0123456789abcdef`, name: server.node, state: "running", status: "Up" },
}));

describe("What lies between servers that run and their declaration", () => {
    it("is nothing when they are as declared", () => {
        const found = changeTo(args, observed(live));
        assert.deepEqual(without(found), { drifted: false, refusedCopies: [], problems: [], description: undefined });
        assert.deepEqual(found.description.steps, []);
    });

    it("is what is done to them, in words", () => {
        const found = changeTo(args, observed(live, { b: { following: undefined, role: "master", linkUp: false } }));
        assert.equal(found.drifted, true);
        assert.match(found.description.steps.join("\n"), /^b: follow a/m);
    });

    it("is also what is only waited for", () => {
        const found = changeTo(args, observed(live, { b: "silent" }));
        assert.equal(found.drifted, true);
        assert.match(found.description.steps.join("\n"), /^b: /m);
    });

    it("is also who follows a new master once that has taken over", () => {
        const four = (master: string): DeploymentArguments => ({
            ...args,
            nodes: ["a", "b", "c", "d"].map((name, at) => ({
                name,
                port: 6379 + at,
                ...(name === master ? {} : { replicaOf: master }),
            })),
        });
        const { steps, clients } = changeTo(four("b"), observed(buildModel(four("a"), identity))).description;
        assert.deepEqual(steps, [
            "a: hand over to b, the declared master",
            "c: follow b (it follows 127.0.0.1:6379)",
            "d: follow b (it follows 127.0.0.1:6379)",
        ]);
        assert.deepEqual(clients, ["clients: writes pause for about 0.2 s while b becomes the master"]);
    });

    it("may be what only a person can decide", () => {
        const paused = observed(live).map((server) => ({
            ...server,
            ...(server.node === "a" ? { redis: undefined, container: { ...server.container, state: "paused" } } : {}),
        })) as Observation;
        const [problem] = changeTo(args, paused).problems;
        assert.equal(problem?.path, "a");
        assert.match(problem?.message ?? "", /docker unpause/);
    });

    it("may be the loss of keys, unless the stack file or an answer lets exactly these go", () => {
        const refused = changeTo(cluster, leaving);
        assert.deepEqual(
            refused.refusedCopies.map(({ word }) => word),
            ["a:a0123456789a"],
        );
        assert.equal(refused.problems.length, 1);
        assert.deepEqual(refused.description.keys, { a: 10, b: 10 });
        const word = "a:a0123456789a";
        for (const found of [
            changeTo({ ...cluster, deleteData: [word] }, leaving),
            changeTo(cluster, leaving, { ...nothing, deleteData: [word] }),
        ]) {
            assert.deepEqual([found.refusedCopies, found.problems], [[], []]);
            assert.equal(found.description.losses.length, 1);
        }
        assert.equal(changeTo(cluster, leaving, { ...nothing, deleteData: ["a:another"] }).problems.length, 1);
    });

    it("may be an outage, where none is allowed", () => {
        const alone: DeploymentArguments = { image, network: "host", nodes: [{ name: "a", port: 6379 }] };
        const outdated = observed(buildModel(alone, identity)).map((server) => ({
            ...server,
            ...(server.container ? { container: { ...server.container, specification: "another" } } : {}),
        }));
        assert.deepEqual(changeTo(alone, outdated).problems, []);
        assert.deepEqual(
            changeTo({ ...alone, allowOutage: false }, outdated).problems.map(({ path }) => path),
            ["a"],
        );
    });
});

describe("What the plan of a cluster says of slots", () => {
    const shape = (shards: number): DeploymentArguments => ({ ...cluster, cluster: { shards } });
    const modelOf = (shards: number) => buildModel(shape(shards), identity);
    const ranges = {
        3: { "shard1-1": "0-5460", "shard2-1": "5461-10921", "shard3-1": "10922-16383" },
        4: { "shard1-1": "0-4095", "shard2-1": "4096-8191", "shard3-1": "8192-12287", "shard4-1": "12288-16383" },
    };
    const formed = (shards: 3 | 4) => asFormed(modelOf(shards), ranges[shards]);
    /** Servers of so many shards, declared as other many; those that are new have no container yet. */
    const seen = (shards: 3 | 4, declared: number, version = "8.0.2"): Observation =>
        observedCluster(modelOf(shards), formed(shards), {}, {}, modelOf(declared)).map((server) => {
            const { container, redis, ...rest } = server;
            const isNew = !modelOf(shards).nodes.some(({ name }) => name === server.node);
            return isNew || !redis
                ? rest
                : { ...rest, container, redis: { ...redis, product: { name: "Redis", version } } };
        });
    const described = (shards: 3 | 4, declared: number, version?: string) =>
        changeTo(shape(declared), seen(shards, declared, version)).description;
    const slots = (sentences: string[]) => sentences.filter((sentence) => sentence.includes(" slots "));

    it("is which of them a new shard gets, before its servers are there", () => {
        assert.deepEqual(slots(described(3, 4).steps), [
            "shard1-1: move 1365 slots to shard4-1 (an equal share for each shard)",
            "shard2-1: move 1365 slots to shard4-1 (an equal share for each shard)",
            "shard3-1: move 1366 slots to shard4-1 (an equal share for each shard)",
        ]);
    });

    it("is where those of a shard go that leaves, and that its keys go with them", () => {
        const { steps, keys } = described(4, 3);
        assert.deepEqual(slots(steps), [
            "shard4-1: move 1366 slots to shard1-1 (shard4-1 is to own none)",
            "shard4-1: move 1365 slots to shard2-1 (shard4-1 is to own none)",
            "shard4-1: move 1365 slots to shard3-1 (shard4-1 is to own none)",
        ]);
        assert.deepEqual(keys, {});
    });

    it("is what clients notice, which servers that move slots by themselves make less", () => {
        const byKey =
            "clients: while slots move they are sent after each key (ASK, then MOVED); a write waits for about 0.1 s at most, or until a key of many megabytes has moved";
        assert.deepEqual(described(3, 4).clients, [byKey]);
        assert.deepEqual(described(4, 3).clients, [byKey]);
        assert.deepEqual(described(3, 4, "8.4.0").clients, [
            "clients: when slots have moved they are sent to their new master (MOVED); a write waits for about 0.1 s at most",
        ]);
    });

    it("is nothing where none moves", () => {
        const { steps, clients } = described(3, 3);
        assert.deepEqual([steps, clients], [[], []]);
        // Not all of a shard is new: somebody may have its slots.
        const broken = seen(3, 4).map((server) =>
            server.node === "shard2-1" ? { ...server, redis: undefined } : server,
        );
        assert.deepEqual(slots(changeTo(shape(4), broken).description.steps), []);
    });
});

describe("What the plan says of masters whose hosts drain, or have drained", () => {
    const declared = (state?: "draining"): DeploymentArguments => ({
        ...args,
        network: undefined,
        hosts: ["x", "y"].map((name, at) => ({
            name,
            address: `192.0.2.${at + 1}`,
            docker: `tcp://192.0.2.${at + 1}:2376`,
            ...(state && name === "x" ? { state } : {}),
        })),
        topology: "cluster",
        nodes: undefined,
        cluster: { shards: 3, firstPort: 6371, placement: { "shard1-1": "x", "shard1-2": "y" } },
    });
    const model = buildModel(declared(), identity);
    const formed = asFormed(model, { "shard1-1": "0-5460", "shard2-1": "5461-10921", "shard3-1": "10922-16383" });
    const handed = {
        ...formed,
        "shard1-1": { of: "shard1-2", epoch: 9 },
        "shard1-2": { epoch: 9, slots: "0-5460" },
    };
    const described = (state: "draining" | undefined, beliefs: typeof formed) =>
        changeTo(declared(state), observedCluster(model, beliefs)).description;

    it("is how long writes pause", () => {
        assert.deepEqual(described("draining", formed).clients, [
            "clients: writes to its slots pause for about 0.2 s while shard1-2 becomes the master",
        ]);
    });

    it("is that they are masters again, if it was that for which they are replicas", () => {
        const { steps, clients, returning } = described(undefined, handed);
        assert.deepEqual([steps, clients], [[], []]);
        assert.deepEqual(returning, {
            "shard1-1": [
                "shard1-1: become master in place of shard1-2 (it is the declared master)",
                "clients: writes to its slots pause for about 0.2 s while shard1-1 becomes the master",
            ],
        });
        assert.deepEqual(described(undefined, formed).returning, {});
    });
});
