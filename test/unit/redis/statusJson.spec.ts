import assert from "node:assert/strict";
import type { Observation } from "../../../redis/state/observation";
import { statusJson } from "../../../redis/status/statusJson";

describe("the status for machines", () => {
    const none = { differences: [], refused: [], refusals: [], warnings: [], draining: [] };
    const server = (node: string, more: object) => ({
        node,
        host: "local",
        declared: true,
        announce: { host: node, port: 6379 },
        reach: { host: "127.0.0.1", port: 6379 },
        aliases: [],
        ...more,
    });
    const redis = { offset: 7, keys: 2, memory: 1024, linkUp: true, replicas: [] };

    it("has each server with what it said, and nothing of what it did not say", () => {
        const observation = [
            server("a", {
                container: { id: "1", name: "a", state: "running", status: "Up" },
                redis: { ...redis, role: "master", replicas: [{ state: "online" }, { state: "wait_bgsave" }] },
            }),
            server("b", { redis: { ...redis, role: "replica", linkUp: false } }),
            server("c", { problem: "connection refused" }),
        ] as unknown as Observation;
        const { servers } = JSON.parse(JSON.stringify(statusJson(observation, none)));
        const common = { host: "local", address: "127.0.0.1", port: 6379, declared: true };
        const said = { offset: 7, keys: 2, memory: 1024 };
        assert.deepEqual(servers, [
            { node: "a", ...common, container: "running", role: "master", replicasOnline: 1, ...said },
            { node: "b", ...common, role: "replica", linkUp: false, ...said },
            { node: "c", ...common, problem: "connection refused" },
        ]);
    });

    it("says whether all is as declared, and whether masters take writes", () => {
        const verdict = (found: Partial<typeof none>) => {
            const { asDeclared, usable } = statusJson([], { ...none, ...found });
            return [asDeclared, usable];
        };
        assert.deepEqual(verdict({}), [true, true]);
        assert.deepEqual(verdict({ differences: ["a: follow b"] as never }), [false, true]);
        assert.deepEqual(verdict({ refused: ["a: paused"] as never }), [false, true]);
        assert.deepEqual(verdict({ refusals: ["a refuses writes: OOM"] as never }), [true, false]);
    });
});
