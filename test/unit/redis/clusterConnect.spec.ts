import assert from "node:assert/strict";
import type { DeploymentArguments, HostArguments } from "../../../redis/declaration/arguments";
import { clusterHints } from "../../../redis/model/cluster/connect";
import { buildModel } from "../../../redis/model/model";

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
        const { redisPy } = hints();
        for (const [address, { port }] of Object.entries(natMap)) {
            const host = address.split(":")[0];
            assert.ok(redisPy.includes(`("${host}", ${port}): ("127.0.0.1", ${port}),`), redisPy);
        }
        assert.ok(Number(options.retryDelayOnMoved) * Number(options.maxRedirections) > 1000);
    });

    it("across hosts: nothing is translated, and a host that is cut off is noticed", () => {
        const hosts = ["a", "b", "c"].map((name, at) => ({ name, address: `192.0.2.${at + 1}` }));
        const { redisOptions, natMap, retryDelayOnMoved } = hints({ hosts }).ioredis.options;
        assert.deepEqual(redisOptions, { username: "default", connectTimeout: 2000, socketTimeout: 5000 });
        assert.deepEqual([natMap, retryDelayOnMoved], [undefined, undefined]);
        const { redisPy } = hints({ hosts });
        assert.doesNotMatch(redisPy, /address_remap/);
        assert.match(redisPy, /socket_connect_timeout=2,\n +socket_timeout=5,/);
        const slow = hints({ hosts, settings: { "cluster-node-timeout": 15_000 } });
        assert.equal(slow.ioredis.options.redisOptions.socketTimeout, 15_000);
    });

    it("with patience for a failover, which begins after cluster-node-timeout", () => {
        for (const timeout of [1000, 5000, 15_000]) {
            const { ioredis, redisPy } = hints({ settings: { "cluster-node-timeout": timeout } });
            const { options } = ioredis;
            const [, pause, tries] = /ConstantBackoff\(([\d.]+)\), (\d+)/.exec(redisPy) ?? [];
            assert.ok(1000 * Number(pause) * Number(tries) > timeout + 2000, redisPy);
            for (const delay of [options.retryDelayOnFailover, options.retryDelayOnClusterDown]) {
                assert.ok(delay * options.maxRedirections > timeout + 2000, `${timeout}: ${delay}`);
            }
        }
    });

    it("to nodes whose hosts are there", () => {
        const hosts: HostArguments[] = ["a", "b", "c"].map((name, at) => ({ name, address: `192.0.2.${at + 1}` }));
        hosts[0] = { name: "a", address: "192.0.2.1", state: "down" };
        const { nodes, cli } = hints({ hosts });
        assert.deepEqual(
            nodes.map(({ host }) => host),
            ["192.0.2.2", "192.0.2.3"],
        );
        assert.match(cli, /-h 192\.0\.2\.2 /);
    });
});
