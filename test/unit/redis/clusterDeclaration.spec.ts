import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { ownUsersOf } from "../../../redis/declaration/ownUsers";
import { validate } from "../../../redis/declaration/validation";
import { nodeFiles } from "../../../redis/model/files/nodeFiles";
import { liveOwnDirectives } from "../../../redis/model/files/ownDirectives";
import { buildModel } from "../../../redis/model/model";

const hosts = ["a", "b", "c"].map((name, at) => ({
    name,
    docker: `ssh://ops@10.0.0.${at + 1}`,
    address: `10.0.0.${at + 1}`,
}));
const shape = (changes: object = {}): DeploymentArguments => ({
    topology: "cluster",
    image: "redis:8.0.2",
    cluster: { shards: 3 },
    ...changes,
});
/** Two machines, six nodes written out. */
const writtenOut = (changes: object = {}): DeploymentArguments => ({
    topology: "cluster",
    image: "redis:8.0.2",
    hosts: hosts.slice(0, 2),
    nodes: [
        { name: "m1", host: "a", port: 6371 },
        { name: "m2", host: "a", port: 6372 },
        { name: "r3", host: "a", port: 6373, replicaOf: "m3" },
        { name: "m3", host: "b", port: 6374 },
        { name: "r1", host: "b", port: 6375, replicaOf: "m1" },
        { name: "r2", host: "b", port: 6376, replicaOf: "m2" },
    ],
    ...changes,
});
const identity = { id: "id", prefix: "redis-test" };

describe("a declared cluster", () => {
    it("is sound by its shape on one host and across hosts, and written out", () => {
        for (const args of [shape(), shape({ hosts }), writtenOut(), shape({ subnet: "172.30.0.0/20" })]) {
            assert.deepEqual(validate(args), []);
        }
    });

    for (const [what, args, path, says] of [
        ["neither shape nor nodes", shape({ cluster: undefined }), "cluster", /write out/],
        ["no shards", shape({ cluster: {} }), "cluster.shards", /Is missing/],
        ["half a shard", shape({ cluster: { shards: 1.5 } }), "cluster.shards", /from 1 to 500/],
        [
            "too many replicas",
            shape({ cluster: { shards: 3, replicasPerShard: 8 } }),
            "cluster.replicasPerShard",
            /0 to 7/,
        ],
        ["a misspelt key", shape({ cluster: { shards: 3, replicas: 1 } }), "cluster.replicas", /There is no key/],
        [
            "a port whose bus port is none",
            shape({ cluster: { shards: 3, firstPort: 55_531 } }),
            "cluster.firstPort",
            /55530 at most/,
        ],
        ["shape and nodes", writtenOut({ cluster: { shards: 3 } }), "cluster.shards", /another way/],
        [
            "an unknown host pinned",
            shape({ hosts, cluster: { shards: 3, placement: { "shard1-1": "d" } } }),
            "cluster.placement.shard1-1",
            /no host "d"/,
        ],
        [
            "an unknown node pinned",
            shape({ hosts, cluster: { shards: 3, placement: { "shard4-1": "a" } } }),
            "cluster.placement.shard4-1",
            /no node/,
        ],
        [
            "a replica pinned to its master's host",
            shape({ hosts, cluster: { shards: 3, placement: { "shard1-1": "a", "shard1-2": "a" } } }),
            "cluster.placement",
            /host of its master/,
        ],
        [
            "a host name",
            shape({ hosts: [...hosts.slice(1), { ...hosts[0], address: "a.example" }] }),
            "hosts[2].address",
            /IP address/,
        ],
        ["a subnet across hosts", shape({ hosts, subnet: "172.30.0.0/20" }), "subnet", /Only a bridge/],
        ["a cluster elsewhere", { ...shape(), topology: "replication" }, "cluster", /topology: cluster/],
        [
            "cluster settings that are the deployment's",
            shape({ settings: { "cluster-enabled": true } }),
            "settings.cluster-enabled",
            /topology: cluster/,
        ],
    ] as const) {
        it(`is refused with ${what}`, () => {
            const problem = validate(args).find((candidate) => candidate.path === path);
            assert.match(problem?.message ?? JSON.stringify(validate(args)), says);
        });
    }

    it("is refused with a replica of a replica, a bus port taken, or one address for two", () => {
        const nodes = (...list: object[]) => validate(writtenOut({ hosts: undefined, network: "bridge", nodes: list }));
        const master = { name: "m", port: 6371 };
        const chain = nodes(
            master,
            { name: "r", port: 6372, replicaOf: "m" },
            { name: "s", port: 6373, replicaOf: "r" },
        );
        assert.match(chain[0]?.message ?? "", /is a replica itself/);
        assert.match(
            nodes(master, { name: "n", port: 16_371 })[0]?.message ?? "",
            /is the bus port of the node with port 6371/,
        );
        assert.match(nodes(master, { name: "n", port: 6371 + 4093 })[0]?.message ?? "", /one address/);
        assert.match(nodes({ name: "m", port: 60_000 })[0]?.message ?? "", /55535 at most/);
    });

    it("has fixed addresses on a bridge and its hosts' own across hosts", () => {
        const bridge = buildModel(shape({ subnet: "172.30.0.0/20" }), identity);
        assert.deepEqual(
            bridge.nodes.map(({ name, port }) => [name, port]),
            [6371, 6372, 6373, 6374, 6375, 6376].map((port, at) => [
                `shard${Math.floor(at / 2) + 1}-${(at % 2) + 1}`,
                port,
            ]),
        );
        assert.equal(new Set(bridge.nodes.map(({ announce }) => announce.host)).size, 6);
        for (const { announce, reach } of bridge.nodes) {
            assert.match(announce.host, /^172\.30\./);
            assert.equal(reach.host, "127.0.0.1");
        }
        const across = buildModel(shape({ hosts }), identity);
        assert.equal(across.network.mode, "host");
        assert.equal(across.network.subnet, undefined);
        for (const { announce, reach } of across.nodes) assert.deepEqual(announce, reach);
        const counts = hosts.map(({ name }) => across.nodes.filter(({ host }) => host === name).length);
        assert.deepEqual(counts, [2, 2, 2]);
    });

    it("writes its bus ports down where servers read them at their start, and never tells or replaces one for it", () => {
        const passwords = Object.fromEntries(
            ["default", ...ownUsersOf("cluster")].map((name) => [name, "some-password"]),
        );
        const model = buildModel(shape(), identity);
        for (const node of model.nodes) {
            const conf = nodeFiles(model, node, passwords).find(({ path }) => path.endsWith("/redis.conf"));
            assert.match(conf?.content ?? "", new RegExp(`^cluster-port ${node.port + 10_000}$`, "m"));
            assert.ok(!("cluster-port" in node.settings) && !("cluster-port" in liveOwnDirectives(model, node)));
        }
    });
});
