import assert from "node:assert/strict";
import { buildModel } from "../../../redis/model/model";
import { describeStep } from "../../../redis/plan/describe";
import { planHealing } from "../../../redis/plan/rollout/roles";
import { isReplaceable } from "../../../redis/plan/rollout/standing";
import { type Change, observed, quarantined, replicationPassword } from "./observed";

const tree = (parents: Record<string, string | undefined>) =>
    buildModel(
        {
            image: "redis:8.0.2",
            nodes: Object.entries(parents).map(([name, replicaOf]) => ({ name, port: 6379, replicaOf })),
        },
        { id: "id", prefix: "redis-test" },
    );
const declared = tree({ a: undefined, b: "a", c: "a" });
/** The same servers while b stands in for a. */
const standIn = tree({ a: "b", b: undefined, c: "b" });

const healing = (model: typeof declared, live: typeof declared, changes: Record<string, Change>, complete: boolean) => {
    const observation = observed(live, changes, model);
    return planHealing({ model, users: [], replicationPassword }, observation, complete).steps.map(describeStep);
};

describe("healing between two replacements", () => {
    it("attaches who is new to the master that stands in, which keeps its role until all have had their turn", () => {
        const fresh = { c: { ...quarantined } };
        assert.deepEqual(healing(declared, standIn, fresh, false), ["c: follow b (it came up empty)"]);
        assert.deepEqual(healing(declared, standIn, fresh, true), ["b: hand over to a, the declared master"]);
        assert.deepEqual(healing(declared, standIn, {}, false), []);
    });

    it("has a master hand over that leaves: nobody could follow it for long", () => {
        const without = tree({ a: undefined, c: "a" });
        assert.deepEqual(healing(without, standIn, { c: { ...quarantined } }, false), [
            "b: hand over to a, the declared master",
        ]);
    });
});

describe("a server's container", () => {
    const replaceable = (changes: Record<string, Change>, name: string) => {
        const observation = observed(declared, changes);
        const server = observation.find(({ node }) => node === name);
        return server && isReplaceable(declared, server, observation);
    };

    it("may go once others have what it has", () => {
        assert.equal(replaceable({}, "b"), true);
        assert.equal(replaceable({ b: { linkUp: false } }, "b"), true);
        assert.equal(replaceable({ b: "stopped" }, "b"), true);
    });

    it("may not go while it may be the one that has the data", () => {
        assert.equal(replaceable({}, "a"), false);
        assert.equal(replaceable({ a: "silent" }, "a"), false);
        assert.equal(replaceable({ a: { ...quarantined }, b: { linkUp: false } }, "b"), false);
        assert.equal(replaceable({ b: { loadedBytes: 1 } }, "b"), false);
    });
});
