import assert from "node:assert/strict";
import * as fc from "fast-check";
import { slotCount, slotsOf } from "../../../redis/model/cluster/slots";
import { buildModel, type Model } from "../../../redis/model/model";
import { planCluster } from "../../../redis/plan/cluster/clusterPlan";
import { ownersOf } from "../../../redis/state/cluster/owners";
import { slotTable } from "../../../redis/state/cluster/slotTable";
import type { Observation } from "../../../redis/state/observation";
import { clusterRows, clusterWarnings } from "../../../redis/status/clusterStatus";
import { asFormed, cluster, type Told, view } from "./clusterViews";
import { type Absence, replicationPassword, told } from "./observed";

const modelOf = (shards: number, replicasPerShard = 1): Model =>
    buildModel(
        { topology: "cluster", image: "redis:8.0.2", network: "host", cluster: { shards, replicasPerShard } },
        { id: "id", prefix: "redis-test" },
    );
const ranges = { "shard1-1": "0-5460", "shard2-1": "5461-10922", "shard3-1": "10923-16383" };
const planned = (model: Model, observation: Observation) =>
    planCluster({ model, users: [], replicationPassword }, observation);
const kinds = (model: Model, observation: Observation) => planned(model, observation).steps.map(({ kind }) => kind);

describe("slots that two servers of a cluster claim", () => {
    const [model, before] = [modelOf(3), modelOf(3, 2)];
    const all = asFormed(before, ranges);
    // shard2-3, which is to leave, has taken over; its former master has not heard of it, and neither has shard1-2.
    const after: Record<string, Told> = {
        ...all,
        "shard2-3": { epoch: 9, slots: "5461-10922" },
        "shard2-1": { of: "shard2-3", epoch: 9 },
    };
    const old = { "shard2-1": all["shard2-1"] as Told, "shard2-3": all["shard2-3"] as Told };
    const late = { ...old, "shard2-3": { of: "shard2-1", epoch: 4 } };
    const found = (): Observation => cluster(before, after, { "shard2-1": old, "shard1-2": late }, {}, model);

    it("belong to the one with the higher epoch; nothing moves or leaves until all know", () => {
        const sentences = told(planned(model, found()));
        assert.deepEqual(
            sentences.filter((sentence) => sentence.startsWith("(")),
            [
                "(shard1-2: expected to know shard2-3 as the owner of 5462 slots, seen shard2-1, whose epoch is older)",
                "(shard2-1: expected to know shard2-3 as the owner of 5462 slots, seen itself, whose epoch is older)",
            ],
        );
        const steps = sentences.filter((sentence) => !sentence.startsWith("("));
        assert.ok(steps.length > 0 && steps.every((sentence) => / meet .* again/.test(sentence)), steps.join("\n"));
        assert.ok(
            steps.some((sentence) => /^shard2-3: meet shard1-2, shard2-1 again/.test(sentence)),
            steps.join("\n"),
        );
    });

    it("are told of also to one that is to leave and has lost the owner's address", () => {
        const three = modelOf(3, 3);
        const formed = asFormed(three, ranges);
        // shard1-4 leaves, and so does shard2-3, which has taken over.
        const now: Record<string, Told> = {
            ...formed,
            "shard2-3": { epoch: 9, slots: "5461-10922" },
            "shard2-1": { of: "shard2-3", epoch: 9 },
        };
        const lost = {
            "shard2-1": formed["shard2-1"] as Told,
            "shard2-3": { of: "shard2-1", epoch: 4, flags: "slave,noaddr" },
        };
        const seen = cluster(three, now, { "shard1-4": lost }, {}, model);
        const steps = told(planned(model, seen)).filter((sentence) => / meet /.test(sentence));
        assert.ok(
            steps.some((sentence) => /^shard1-4: meet shard2-3|^shard2-3: meet shard1-4$/.test(sentence)),
            steps.join("\n"),
        );
    });

    it("are handed over once all know, and only then does the one that leaves go", () => {
        const steps = planned(model, cluster(before, after, {}, {}, model)).steps;
        assert.deepEqual(
            steps.map(({ kind }) => kind),
            ["takeOver"],
        );
    });

    it("are handed over to nobody whose log does not hold everything yet, and nobody leaves meanwhile", () => {
        const changes = { "shard2-1": { logRewrite: "aof_rewrite_in_progress:1" } };
        assert.deepEqual(told(planned(model, cluster(before, after, {}, changes, model))), [
            "(shard2-1: expected its log to hold everything before it becomes the master, seen aof_rewrite_in_progress:1)",
        ]);
    });

    it("are shown and kept as those of the higher epoch, with who disagrees", () => {
        const stays = found().map((server) => ({ ...server, declared: true }));
        assert.deepEqual(slotTable(before, stays), ranges);
        const slotsIn = clusterRows(before, stays).map(([, node, , , , slots]) => [node, slots]);
        assert.deepEqual(
            slotsIn.filter(([node]) => node?.startsWith("shard2")),
            [
                ["shard2-3", "5461-10922"],
                ["shard2-1", ""],
                ["shard2-2", ""],
            ],
        );
        assert.ok(
            clusterWarnings(before, stays).some((line) => line.startsWith("shard2-1: expected to know shard2-3")),
        );
    });

    it("have one owner each, the claimant with the highest epoch, whatever others believe of those who answer", () => {
        const claim = fc.record({
            epoch: fc.nat(5),
            from: fc.nat(slotCount - 1),
            length: fc.nat(4000),
        });
        const names = model.nodes.map(({ name }) => name);
        fc.assert(
            fc.property(fc.array(claim, { minLength: 2, maxLength: 6 }), fc.nat(5), (claims, stale) => {
                const beliefs = Object.fromEntries(
                    claims.map(({ epoch, from, length }, at): [string, Told] => [
                        names[at] ?? "",
                        { epoch, slots: `${from}-${Math.min(slotCount - 1, from + length)}` },
                    ]),
                );
                const wrong = { [names[stale % claims.length] ?? ""]: { epoch: 99, slots: `0-${slotCount - 1}` } };
                const views = claims.map((_, at) => {
                    const name = names[at] ?? "";
                    const own = { ...beliefs, ...wrong, [name]: beliefs[name] as Told };
                    return view(model, name, own);
                });
                const owners = ownersOf(views);
                const owned = new Map<number, number>();
                for (const { id, self } of views) {
                    for (const slot of slotsOf(owners.slotsOf(id))) {
                        assert.ok(!owned.has(slot), `slot ${slot} has two owners`);
                        owned.set(slot, self.epoch);
                    }
                    assert.equal(owners.counts.get(id) ?? 0, slotsOf(owners.slotsOf(id)).length);
                }
                for (const { self } of views) {
                    for (const slot of slotsOf(self.slots)) assert.ok((owned.get(slot) ?? -1) >= self.epoch);
                }
            }),
        );
    });

    it("keep everything where it is, whoever it is that believes in an earlier owner", () => {
        const names = before.nodes.map(({ name }) => name);
        fc.assert(
            fc.property(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }), (believers) => {
                const own = Object.fromEntries(
                    believers.map((name) => [name, name === "shard2-3" ? {} : name === "shard2-1" ? old : late]),
                );
                const found = kinds(model, cluster(before, after, own, {}, model));
                if (believers.every((name) => name === "shard2-3")) return;
                assert.deepEqual(new Set(found), new Set(["meet"]));
            }),
        );
    });
});

describe("a server of a cluster that does not answer", () => {
    const [model, before] = [modelOf(2), modelOf(3)];
    const all = asFormed(before, ranges);
    const drained = asFormed(before, { "shard1-1": "0-8191", "shard2-1": "8192-16383", "shard3-1": "" });

    /** A cluster whose third shard was drained. */
    const without = (absence: Record<string, Absence>) =>
        cluster(before, drained, {}, { "shard3-1": { keys: 0 }, ...absence }, model);

    it("may be dead: who leaves and replicates it stays, since it may have the only copy", () => {
        const alone = cluster(before, all, {}, { "shard3-1": "stopped" }, model);
        assert.deepEqual(kinds(model, alone), []);
        assert.ok(told(planned(model, alone)).some((sentence) => sentence.startsWith("(shard3-1: expected an answer")));
        assert.ok(kinds(model, without({})).includes("retire"), "nothing else kept it");
    });

    it("may be the only other copy, or know those who leave: nobody does", () => {
        assert.deepEqual(kinds(model, without({ "shard1-2": "silent" })), []);
        const down = { gone: "its host is declared down" };
        assert.ok(kinds(model, without({ "shard1-2": down })).includes("retire"));
    });

    it("is not forgotten while it runs, although it leaves and nobody knows it to own slots", () => {
        assert.ok(!kinds(model, without({ "shard3-1": "silent" })).includes("forget"));
        const ended = { gone: "its container is not running" };
        const both = { "shard3-1": ended, "shard3-2": ended };
        assert.ok(kinds(model, without(both)).includes("forget"));
    });

    it("may have more of the data of a master that lost its own: no other replica takes over", () => {
        const three = modelOf(3, 2);
        const lost = asFormed(three, ranges);
        const emptied = (absence: Record<string, "silent" | { gone: string }>) => {
            const id = "e".repeat(40);
            const fresh = view(three, "shard1-1", { "shard1-1": { epoch: 0 } });
            return cluster(three, lost, {}, { ...absence, "shard1-1": { keys: 0, cluster: { ...fresh, id } } });
        };
        assert.ok(kinds(three, emptied({})).includes("takeOver"));
        assert.ok(!kinds(three, emptied({ "shard1-3": "silent" })).includes("takeOver"));
        assert.ok(kinds(three, emptied({ "shard1-3": { gone: "declared down" } })).includes("takeOver"));
    });

    it("may still vote: nobody takes over without votes", () => {
        const down = { gone: "its host is declared down" };
        const takesOver = (second: "silent" | { gone: string }) =>
            kinds(before, cluster(before, all, {}, { "shard1-1": down, "shard2-1": second })).includes("takeOver");
        assert.equal(takesOver("silent"), false);
        assert.equal(takesOver(down), true);
    });

    it("may be the master: no newcomer leads its shard meanwhile", () => {
        const grown = modelOf(3, 3);
        const empty = { "shard1-3": { keys: 0 }, "shard1-4": { keys: 0 } };
        const newcomers = {
            ...asFormed(grown, ranges),
            "shard1-3": { epoch: 0 },
            "shard1-4": { epoch: 0 },
        };
        const steps = planned(grown, cluster(grown, newcomers, {}, { ...empty, "shard1-1": "silent" })).steps;
        assert.deepEqual(steps, []);
        assert.equal(
            kinds(grown, cluster(grown, newcomers, {}, empty)).filter((kind) => kind === "replicate").length,
            2,
            "once it answers they replicate it",
        );
    });
});

describe("a low cluster-node-timeout", () => {
    const [model, grown] = [modelOf(3), modelOf(3, 2)];
    const all = asFormed(model, ranges);
    const timeouts = (observation: Observation, temporary: string[]) =>
        observation.map((server) => {
            const timeout = temporary.includes(server.node) ? "501" : "5000";
            const { redis } = server;
            if (!redis) return server;
            return { ...server, redis: { ...redis, settings: { ...redis.settings, "cluster-node-timeout": timeout } } };
        });
    const joining = (keys: number): Observation => {
        const live = cluster(model, all, {}, Object.fromEntries(Object.keys(ranges).map((name) => [name, { keys }])));
        const fresh = cluster(grown, asFormed(grown, {})).filter(({ node }) => node.endsWith("-3"));
        const alone = fresh.map((server) => {
            const cluster = view(grown, server.node, { [server.node]: { epoch: 0 } }, "fail");
            return { ...server, redis: server.redis && { ...server.redis, role: "master" as const, keys: 0, cluster } };
        });
        return [...live, ...alone];
    };

    it("is for nobody who joins a cluster that serves, with or without keys", () => {
        for (const keys of [0, 10]) {
            assert.ok(!kinds(grown, timeouts(joining(keys), [])).includes("setTemporaryTimeout"));
        }
    });

    it("ends at once where a cluster serves, and only when it is usable where a new one forms", () => {
        const restored = (observation: Observation, temporary: string[]) =>
            told(planned(grown, timeouts(observation, temporary))).filter((sentence) =>
                sentence.includes("cluster-node-timeout 501 -> 5000"),
            ).length;
        assert.equal(restored(joining(10), ["shard1-3", "shard2-3"]), 2);
        assert.equal(
            restored(
                joining(10),
                grown.nodes.map(({ name }) => name),
            ),
            grown.nodes.length,
            "it holds keys",
        );
        const forming = joining(0).map((server) => ({
            ...server,
            redis: server.redis && { ...server.redis, keys: 0 },
        }));
        assert.equal(
            restored(
                forming,
                grown.nodes.map(({ name }) => name),
            ),
            0,
        );
    });
});
