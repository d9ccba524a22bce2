import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { buildModel } from "../../../redis/model/model";
import { memoryProblems, memoryWarnings } from "../../../redis/preflight/hostMemory";
import type { EngineInventory } from "../../../redis/state/engineInventory";

const gibibyte = 1024 ** 3;
const model = (more: Partial<DeploymentArguments>) =>
    buildModel({ image: "redis:8", nodes: [{ name: "a", port: 6379 }], ...more }, { id: "ours", prefix: "redis-test" });
const inventory = (memory?: number): EngineInventory[] => [
    {
        host: "local",
        reachable: true,
        engine: { id: "e", version: "28", name: "e", memory },
        containers: [],
        volumes: [],
        networks: [],
    },
];

describe("a host's memory", () => {
    it("refuses a limit beyond it, and no other", () => {
        const [problem] = memoryProblems(model({ memory: "9000gb" }), inventory(24 * gibibyte));
        assert.equal(problem?.path, "memory");
        assert.match(problem?.message ?? "", /^9000gb is more than local has, 24\.0 GiB: /);
        assert.deepEqual(memoryProblems(model({ memory: "24gb" }), inventory(24 * gibibyte)), []);
        assert.deepEqual(memoryProblems(model({}), inventory(gibibyte)), []);
    });

    it("is warned of where servers may hold more", () => {
        const settings = { maxmemory: "32gb" };
        assert.match(
            memoryWarnings(model({ settings }), inventory(24 * gibibyte))[0] ?? "",
            /^a: maxmemory 32gb is more/,
        );
        assert.deepEqual(memoryWarnings(model({ settings }), inventory(64 * gibibyte)), []);
    });

    it("is not guessed at where the Engine does not say, or does not answer", () => {
        for (const inventories of [
            inventory(),
            inventory(0),
            [{ host: "local", reachable: false, problem: "x" } as EngineInventory],
        ]) {
            assert.deepEqual(memoryProblems(model({ memory: "9000gb" }), inventories), []);
            assert.deepEqual(memoryWarnings(model({ settings: { maxmemory: "9000gb" } }), inventories), []);
        }
    });
});
