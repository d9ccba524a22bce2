import assert from "node:assert/strict";
import { planned } from "../../../reconcile/rollout/planned";
import { buildModel } from "../../../redis/model/model";

const model = buildModel(
    {
        image: "redis:8",
        nodes: [
            { name: "a", port: 6379 },
            { name: "b", port: 6380, replicaOf: "a" },
        ],
    },
    { id: "id", prefix: "prefix" },
);

/** Which of its steps are told, and that files and volumes are none of them: test/unit/scripts/operation.spec.ts. */
describe("servers that Pulumi's own plan replaces", () => {
    const read = (...names: string[]) => [...planned("redis", model, JSON.stringify(names))];

    it("are those of this deployment that are told, and nothing else", () => {
        assert.deepEqual(read("redis-local-b", "redis-local-b-files", "other-local-a", "redis-elsewhere-a"), ["b"]);
    });

    it("are none where nobody tells any", () => {
        assert.deepEqual([...planned("redis", model, undefined)], []);
        assert.deepEqual(read(), []);
    });
});
