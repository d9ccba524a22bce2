import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/arguments";
import { clusterHints } from "../../../redis/cluster/connect";
import { buildModel } from "../../../redis/model";

const hints = (changes: Partial<DeploymentArguments> = {}) => {
    const args: DeploymentArguments = {
        topology: "cluster",
        image: "redis:8.0.2",
        cluster: { shards: 3, replicasPerShard: 0, firstPort: 7000 },
        ...changes,
    };
    return clusterHints(buildModel(args, { id: "id", prefix: "redis-test" }));
};

describe("how clients connect to a cluster", () => {
    it("on a bridge: every announced address is translated, and clients wait between redirections", () => {
        const { nodes, ioredis } = hints();
        const { natMap = {}, ...options } = ioredis.options;
        assert.equal(nodes.length, 3);
        assert.deepEqual(Object.values(natMap), nodes);
        assert.ok(Object.keys(natMap).every((address) => address.startsWith("10.")));
        assert.ok(Number(options.retryDelayOnMoved) * Number(options.maxRedirections) > 1000);
    });

    it("across hosts: nothing is translated", () => {
        const hosts = ["a", "b", "c"].map((name, at) => ({ name, address: `192.0.2.${at + 1}` }));
        assert.deepEqual(hints({ hosts }).ioredis.options, { redisOptions: { username: "default" } });
    });
});
