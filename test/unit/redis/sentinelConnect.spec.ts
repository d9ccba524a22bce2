import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { buildModel } from "../../../redis/model/model";
import { sentinelHints } from "../../../redis/model/sentinel/connect";

const hints = (changes: Partial<DeploymentArguments> = {}) => {
    const hosts = changes.hosts?.map(({ name }) => name) ?? [];
    const names = ["one", "two", "three"];
    const args: DeploymentArguments = {
        topology: "sentinel",
        image: "redis:8.0.2",
        nodes: names.map((name, at) => ({
            name,
            port: 6379 + at,
            ...(at > 0 ? { replicaOf: "one" } : {}),
            ...(hosts[at] ? { host: hosts[at] } : {}),
        })),
        sentinels: names.map((name, at) => ({
            name: `sentinel-${name}`,
            port: 26379 + at,
            ...(hosts[at] ? { host: hosts[at] } : {}),
        })),
        ...changes,
    };
    return sentinelHints(buildModel(args, { id: "id", prefix: "redis-test" }));
};

describe("how clients connect through Sentinels", () => {
    it("on a bridge: what Sentinels announce is translated, and nothing can be cut off", () => {
        const { sentinels, natMap = {}, ...options } = hints().ioredis;
        assert.deepEqual(
            sentinels.map(({ port }) => port),
            [26379, 26380, 26381],
        );
        assert.equal(Object.keys(natMap).length, 6);
        assert.deepEqual(options, { name: "main", username: "default", sentinelUsername: "discovery" });
        const { redisPy } = hints();
        assert.match(redisPy, /\[\("127\.0\.0\.1", 26379\), \("127\.0\.0\.1", 26380\), /);
        assert.match(redisPy, /force_master_ip="127\.0\.0\.1",/);
        assert.doesNotMatch(redisPy, /socket_\w*timeout/);
    });

    it("across hosts: a master that is cut off is given up as soon as Sentinels give it up", () => {
        const hosts = ["a", "b", "c"].map((name, at) => ({ name, address: `192.0.2.${at + 1}` }));
        const { natMap, connectTimeout, socketTimeout } = hints({ hosts }).ioredis;
        assert.deepEqual([natMap, connectTimeout, socketTimeout], [undefined, 2000, 5000]);
        const { redisPy } = hints({ hosts });
        assert.doesNotMatch(redisPy, /force_master_ip/);
        assert.equal(redisPy.match(/socket_connect_timeout=2,\n +socket_timeout=5,/g)?.length, 2, redisPy);
        const hasty = hints({ hosts, sentinel: { downAfterMilliseconds: 1000 } });
        assert.equal(hasty.ioredis.socketTimeout, 1000);
    });
});
