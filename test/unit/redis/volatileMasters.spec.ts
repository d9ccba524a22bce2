import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { buildModel } from "../../../redis/model/model";
import { volatileMasters } from "../../../redis/preflight/volatileMasters";

const identity = { id: "id", prefix: "redis-test" };
const costs = (nodes: DeploymentArguments["nodes"], changes: Partial<DeploymentArguments> = {}) =>
    volatileMasters(buildModel({ image: "redis:8.0.2", nodes, ...changes }, identity));
const replica = { name: "b", port: 6380, replicaOf: "a" };

describe("a master that keeps nothing on disk", () => {
    it("is said to need the next update, which its replicas' data comes back with", () => {
        assert.match(
            costs([{ name: "a", port: 6379, persistence: "none" }, replica]).join(),
            /^a: .*no writes.*next update/,
        );
    });

    it("is said to lose everything when it has no replica", () => {
        assert.match(costs([{ name: "a", port: 6379, persistence: "none" }]).join(), /^a: .*nobody has its data/);
    });

    it("is said to be replaced by Sentinel", () => {
        const sentinels = [1, 2, 3].map((number) => ({ name: `sentinel${number}`, port: 26378 + number }));
        const nodes = [{ name: "a", port: 6379, persistence: "none" as const }, replica];
        assert.match(costs(nodes, { topology: "sentinel", sentinels }).join(), /^a: .*one of its replicas has taken/);
    });

    it("is none that writes a file, nor a replica that does not", () => {
        assert.deepEqual(
            costs([
                { name: "a", port: 6379 },
                { ...replica, persistence: "none" },
            ]),
            [],
        );
    });
});
