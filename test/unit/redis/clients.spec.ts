import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import type { Clients } from "../../../redis/model/clients/reachable";
import { connectionHints } from "../../../redis/model/connect";
import { at } from "../../../redis/model/endpoint";
import { buildModel, type Model } from "../../../redis/model/model";

const nodes = [
    { name: "a", port: 7001 },
    { name: "b", port: 7002, replicaOf: "a" },
];
const sentinels = [1, 2, 3].map((number) => ({ name: `s${number}`, port: 8000 + number }));
const shapes: Record<string, Partial<DeploymentArguments>> = {
    replication: { nodes },
    sentinel: { topology: "sentinel", nodes, sentinels },
    cluster: { topology: "cluster", cluster: { shards: 3, replicasPerShard: 0, firstPort: 7001 } },
};

const model = (shape: Partial<DeploymentArguments>): Model =>
    buildModel({ image: "redis:8", users: [{ name: "app" }], ...shape }, { id: "id", prefix: "redis-test" });

/** The options in a JavaScript text that calls one function. */
function options(text: string) {
    const called: Record<string, unknown> = {};
    const record = (name: string) => (given: unknown) => Object.assign(called, { name, given: JSON.stringify(given) });
    const functions = Object.fromEntries(
        ["createClient", "createSentinel", "createCluster"].map((name) => [name, record(name)]),
    );
    runInNewContext(text, { ...functions, password: "of-app", sentinelPassword: "of-discovery" });
    return { name: called.name, given: JSON.parse(String(called.given)) };
}

describe("how clients in several languages connect", () => {
    for (const [topology, shape] of Object.entries(shapes)) {
        const declared = model(shape);
        const hints: Clients = connectionHints(declared);
        const all = [...declared.nodes, ...(declared.sentinels ?? [])];

        it(`says whom they sign in as, and where they begin (${topology})`, () => {
            const begins =
                topology === "sentinel" ? (declared.sentinels ?? []) : topology === "cluster" ? all : all.slice(0, 1);
            for (const name of ["nodeRedis", "goRedis", "jedis", "lettuce"] as const) {
                const text = hints[name];
                assert.match(text, /"app"/, name);
                assert.equal(/"discovery"/.test(text), topology === "sentinel", name);
                for (const { reach } of begins) assert.ok(text.includes(String(reach.port)), `${name}: ${text}`);
            }
        });

        it(`translates every address that only the bridge knows (${topology})`, () => {
            for (const name of ["nodeRedis", "goRedis", "jedis", "lettuce"] as const) {
                for (const { announce } of all) {
                    assert.equal(hints[name].includes(`"${at(announce)}"`), topology !== "replication", name);
                }
            }
        });

        it(`translates nothing where names mean the same everywhere (${topology})`, () => {
            const hints: Clients = connectionHints(model({ ...shape, network: "host" }));
            const words = /nodeAddressMap|Dialer|hostAndPortMapper|ClientResources/;
            for (const name of ["nodeRedis", "goRedis", "jedis", "lettuce"] as const) {
                assert.doesNotMatch(hints[name], words);
            }
        });
    }

    it("is JavaScript for node-redis", () => {
        const of = (shape: Partial<DeploymentArguments> = {}) => options(connectionHints(model(shape)).nodeRedis);
        assert.deepEqual(of(shapes.replication), {
            name: "createClient",
            given: { socket: { host: "127.0.0.1", port: 7001 }, username: "app", password: "of-app" },
        });
        const { name, given } = of(shapes.sentinel);
        assert.equal(name, "createSentinel");
        assert.deepEqual(given.sentinelRootNodes[2], { host: "127.0.0.1", port: 8003 });
        assert.deepEqual(given.sentinelClientOptions, { username: "discovery", password: "of-discovery" });
        assert.equal(Object.keys(given.nodeAddressMap).length, 5);
        const cluster = of(shapes.cluster);
        assert.equal(cluster.name, "createCluster");
        assert.deepEqual(cluster.given.defaults, { username: "app", password: "of-app" });
        assert.deepEqual(Object.values(cluster.given.nodeAddressMap)[0], { host: "127.0.0.1", port: 7001 });
    });
});
