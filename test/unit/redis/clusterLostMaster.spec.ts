import assert from "node:assert/strict";
import { buildModel } from "../../../redis/model/model";
import { planCluster } from "../../../redis/plan/cluster/clusterPlan";
import { describeStep } from "../../../redis/plan/describe";
import { parseView } from "../../../redis/state/cluster/view";
import type { Observation } from "../../../redis/state/observation";
import { asFormed, cluster, idOf } from "./clusterViews";
import { type Change, replicationPassword } from "./observed";

const model = buildModel(
    {
        topology: "cluster",
        image: "redis:8.0.2",
        network: "host",
        cluster: { shards: 2, replicasPerShard: 2 },
        settings: {},
    },
    { id: "id", prefix: "redis-test" },
);
const beliefs = asFormed(model, { "shard1-1": "0-8191", "shard2-1": "8192-16383" });
const newId = "f".repeat(40);
const guarded = { "repl-diskless-sync": "yes", "repl-diskless-sync-delay": "86400" };

/** The second master has come back without its nodes.conf, and has met the others. */
function emptied(changes: Record<string, Change>): Observation {
    const found = cluster(model, beliefs, {}, changes);
    return found.map((server) => {
        const { node, redis, announce } = server;
        if (!redis?.cluster) return server;
        const self = `${newId} ${announce.host}:${announce.port}@1 myself,master - 0 0 0 connected`;
        const others = redis.cluster.others.map(
            ({ id, endpoint: { host, port } }) => `${id} ${host}:${port}@1 master - 0 0 0 connected`,
        );
        if (node === "shard2-1") {
            const view = parseView([self, ...others].join("\n"), "cluster_state:fail\r\n");
            return {
                ...server,
                redis: { ...redis, keys: 0, settings: { ...redis.settings, ...guarded }, cluster: view },
            };
        }
        const known = redis.cluster.others.map((other) =>
            other.id === idOf("shard2-1")
                ? { ...other, endpoint: { host: "", port: 0 }, flags: ["master", "noaddr"] }
                : other,
        );
        return { ...server, redis: { ...redis, cluster: { ...redis.cluster, others: known } } };
    });
}

const sentences = (observation: Observation): string[] =>
    planCluster({ model, users: [], replicationPassword }, observation).steps.map(describeStep);

describe("a cluster's master that lost its data", () => {
    it("is replaced by the replica that has the data, not by one with an early snapshot and a higher offset", () => {
        const early = { keys: 5, offset: 5000, fromDisk: true, linkUp: false, settings: { appendonly: "no" } } as const;
        // A log holds no place in a history.
        const history = { id: "own" };
        const kept = { fromDisk: true, linkUp: false, settings: { appendonly: "yes" } } as const;
        const log = { ...kept, keys: 9, offset: 0, history };
        const none = { ...log, keys: 0 };
        const successor = (changes: Record<string, Change>) =>
            sentences(emptied(changes)).filter((sentence) => sentence.includes("become master"));
        assert.match(successor({ "shard2-2": early, "shard2-3": log }).join(), /^shard2-3: become master/);
        assert.match(successor({ "shard2-2": early, "shard2-3": none }).join(), /^shard2-2: become master/);
    });

    it("gives its empty data to nobody while a replica of it may not answer yet", () => {
        const opened = (changes: Record<string, Change>) =>
            sentences(emptied(changes)).filter((sentence) =>
                /^shard2-1: set .*repl-diskless-sync-delay/.test(sentence),
            );
        assert.deepEqual(opened({}), []);
        assert.deepEqual(opened({ "shard2-2": "silent", "shard2-3": "silent" }), []);
    });

    it("is waited for until its slots have another owner", () => {
        const plan = planCluster(
            { model, users: [], replicationPassword },
            emptied({ "shard2-2": "silent", "shard2-3": "silent" }),
        );
        assert.ok(plan.steps.length + plan.waiting.length > 0);
    });
});

describe("a master that holds keys of slots that are others'", () => {
    const moved = asFormed(model, { "shard1-1": "0-16383", "shard2-1": "" });

    it("opens their slots, so that they go to their owners", () => {
        assert.ok(
            sentences(cluster(model, moved)).includes(
                "shard2-1: open the slots of the 10 keys that it holds and whose slots are others', so that they go there",
            ),
        );
    });
});
