import assert from "node:assert/strict";
import { buildModel } from "../../../redis/model/model";
import { describeStep } from "../../../redis/plan/describe";
import type { RolloutDriver } from "../../../redis/plan/rollout/driver";
import { RollingUpdate } from "../../../redis/plan/rollout/rollingUpdate";
import type { Observation } from "../../../redis/state/observation";
import { asFormed, cluster } from "./clusterViews";
import { replicationPassword } from "./observed";

/** What a rolling update has done that ends when it waits. */
class Waits extends Error {}

/** Takes down what is done at once, and ends the update when it begins to wait. */
function driver(observation: Observation, done: string[][]): RolloutDriver<never> {
    // Nothing has to be waited for.
    const at = <T>(once: () => T) =>
        ({ [Symbol.iterator]: () => ({ next: () => ({ done: true, value: once() }) }) }) as Generator<never, T>;
    const nothing = () => at(() => undefined);
    return {
        now: () => 0,
        movement: () => ({ seen: () => false, did: () => true }),
        look: () => at(() => observation),
        pause: () => {
            throw new Waits();
        },
        apply: (steps) =>
            at(() => {
                if (steps.length > 0) done.push(steps.map(describeStep));
                return [];
            }),
        prepare: nothing,
        joinNetworks: nothing,
        reconnect: nothing,
        record: nothing,
        remove: nothing,
        putBack: () => at(() => []),
    };
}

describe("The rolling update of a deployment", () => {
    it("has masters of a cluster hand over one after the other: of two elections at once one may get no votes", () => {
        const model = buildModel(
            { topology: "cluster", image: "redis:8.0.2", network: "host", cluster: { shards: 2 } },
            { id: "id", prefix: "redis-test" },
        );
        const formed = asFormed(model, { "shard1-1": "0-8191", "shard2-1": "8192-16383" });
        const observation = cluster(model, formed, {}, {}).map((server) => ({
            ...server,
            container: { id: server.node, name: server.node, state: "running", status: "Up", specification: "another" },
        }));
        const masters = ["shard1-1", "shard2-1"];
        const done: string[][] = [];
        const desired = { model, users: [], replicationPassword };
        const update = new RollingUpdate(driver(observation, done), desired, observation, new Set(masters));
        const ids = new Map(observation.map(({ node }) => [node, node]));
        assert.deepEqual([...update.done({ kind: "replicas", nodes: ["shard1-2", "shard2-2"] }, ids)], []);
        assert.throws(() => [...update.makeWay({ kind: "masters", nodes: masters })], Waits);
        assert.deepEqual(
            done.filter((steps) => steps.some((step) => /become master/.test(step))),
            [
                ["shard1-2: become master in place of shard1-1 (before the container of shard1-1 is replaced)"],
                ["shard2-2: become master in place of shard2-1 (before the container of shard2-1 is replaced)"],
            ],
        );
    });
});
