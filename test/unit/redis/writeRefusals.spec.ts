import assert from "node:assert/strict";
import { buildModel } from "../../../redis/model/model";
import { writeRefusal, writeRefusals } from "../../../redis/state/writeRefusals";
import { verdict } from "../../../redis/status/status";
import { observed } from "./observed";

const full = { maxmemory: "1000", used_memory: "3000", mem_not_counted_for_evict: "500" };
const refusal = (info: Record<string, string>, settings: Record<string, string> = {}) =>
    writeRefusal(new Map(Object.entries(info)), settings)?.split(":")[0];

describe("masters that take no writes", () => {
    it("are full where nothing can be evicted, by what Redis counts", () => {
        assert.equal(refusal({ ...full, maxmemory_policy: "noeviction" }), "OOM");
        assert.equal(refusal({ ...full, maxmemory_policy: "volatile-lru", db0: "keys=5,expires=0" }), "OOM");
        assert.equal(refusal({ ...full, maxmemory_policy: "volatile-lru", db0: "keys=5,expires=2" }), undefined);
        assert.equal(refusal({ ...full, maxmemory_policy: "allkeys-lru", db0: "keys=5,expires=0" }), undefined);
        const replicasOnly = { ...full, used_memory: "1400", maxmemory_policy: "noeviction" };
        assert.equal(refusal(replicasOnly), undefined);
        assert.equal(refusal({ ...full, maxmemory: "0", maxmemory_policy: "noeviction" }), undefined);
    });

    it("cannot save, where that matters", () => {
        const failed = { rdb_last_bgsave_status: "err", aof_last_write_status: "ok" };
        assert.equal(refusal(failed, { save: "3600 1" }), "MISCONF");
        assert.equal(refusal(failed, { save: "" }), undefined);
        assert.equal(refusal(failed, { save: "3600 1", "stop-writes-on-bgsave-error": "no" }), undefined);
        assert.equal(refusal({ aof_last_write_status: "err" }, { appendonly: "yes" }), "MISCONF");
        assert.equal(refusal({ aof_last_write_status: "err" }, { appendonly: "no" }), undefined);
    });

    it("have too few replicas", () => {
        const settings = { "min-replicas-to-write": "2" };
        assert.equal(refusal({ min_slaves_good_slaves: "1" }, settings), "NOREPLICAS");
        assert.equal(refusal({ min_slaves_good_slaves: "2" }, settings), undefined);
        assert.equal(refusal({}, { "min-replicas-to-write": "0" }), undefined);
    });

    it("are named; replicas are not", () => {
        const nodes = [
            { name: "a", port: 6379 },
            { name: "b", port: 6380, replicaOf: "a" },
        ];
        const model = buildModel({ image: "redis:8.0.2", nodes }, { id: "id", prefix: "redis-test" });
        const refuses = "OOM: full";
        assert.deepEqual(writeRefusals(observed(model, { a: { refuses }, b: { refuses } })), [
            "a refuses writes: OOM: full",
        ]);
        assert.deepEqual(writeRefusals(observed(model)), []);
    });

    it("are what status says beside the differences, and never 0", () => {
        assert.deepEqual(verdict([], []), { lines: ["", "As declared."], code: 0 });
        const refused = verdict([], ["a refuses writes: OOM"]);
        assert.deepEqual(refused, {
            lines: ["", "As declared, but not usable:", "  a refuses writes: OOM"],
            code: 1,
        });
        const both = verdict(["b: attach"], ["a refuses writes: OOM"]);
        assert.equal(both.code, 1);
        assert.match(both.lines.join("\n"), /Differs .*:\n {2}b: attach\n\nNot usable:\n {2}a refuses/);
    });
});
