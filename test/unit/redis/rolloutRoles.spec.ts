import assert from "node:assert/strict";
import { buildModel } from "../../../redis/model/model";
import { planHealing } from "../../../redis/plan/rollout/roles";
import { asFormed, cluster } from "./clusterViews";
import { replicationPassword, told } from "./observed";

describe("what heals a cluster between two replacements", () => {
    const declared = (shards: number) =>
        buildModel(
            { topology: "cluster", image: "redis:8.0.2", network: "host", cluster: { shards } },
            { id: "id", prefix: "redis-test" },
        );
    const model = declared(2);
    const formed = asFormed(model, { "shard1-1": "0-8191", "shard2-1": "8192-16383" });
    const settings = (more: Record<string, string>) => ({
        "shard1-2": { settings: { "repl-diskless-sync": "yes", timeout: "7", ...more } },
    });
    const healing = (more: Record<string, string>) =>
        told(planHealing({ model, users: [], replicationPassword }, cluster(model, formed, {}, settings(more)), false));

    it("has a newcomer give its data to replicas, since it may be the next master, and leaves other settings alone", () => {
        assert.deepEqual(healing({ "repl-diskless-sync-delay": "86400", "maxmemory-policy": "allkeys-lru" }), [
            "shard1-2: set repl-diskless-sync-delay 86400 -> 0",
        ]);
    });

    it("is nothing where nobody is a newcomer", () => {
        assert.deepEqual(healing({ "repl-diskless-sync-delay": "0" }), []);
    });
});
