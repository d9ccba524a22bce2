import assert from "node:assert/strict";
import type { DataPolicy } from "../../../redis/declaration/arguments";
import { validate } from "../../../redis/declaration/validation";
import { buildModel, type Model } from "../../../redis/model/model";
import { planDeployment } from "../../../redis/plan/plan";
import { fateOf, lastCopies, lastCopyProblems, lastCopySentences } from "../../../redis/preflight/lastCopies";
import { parseView } from "../../../redis/state/cluster/view";
import type { Observation } from "../../../redis/state/observation";
import { type Change, observed, replicationPassword, told } from "./observed";

const identity = { id: "id", prefix: "redis-test" };
const image = "redis:8.0.2";
const tree = buildModel(
    {
        image,
        network: "host",
        nodes: [
            { name: "a", port: 6379 },
            { name: "b", port: 6380, replicaOf: "a" },
        ],
    },
    identity,
);
const other = (data: DataPolicy = "delete"): Model =>
    buildModel({ image, network: "host", data, nodes: [{ name: "c", port: 6390 }] }, identity);
const cluster = (data: DataPolicy = "delete"): Model =>
    buildModel({ topology: "cluster", image, network: "host", data, cluster: { shards: 3 } }, identity);

/** What is seen while servers of the tree leave for another declaration, whose own are not there yet. */
const leaving = (changes: Record<string, Change> = {}): Observation =>
    observed(tree, changes).map((server) => ({
        ...server,
        declared: false,
        container: { id: `${server.node}0123456789abcdef`, name: server.node, state: "running", status: "Up" },
    }));

/** The same servers, as nodes of a cluster. */
const inCluster = (observation: Observation): Observation =>
    observation.map((server) => {
        const line = `${server.node.repeat(40)} 127.0.0.1:6379@16379 myself,master - 0 0 1 connected 0-16383`;
        const view = parseView(line, "cluster_state:ok\r\n");
        return server.redis ? { ...server, redis: { ...server.redis, clusterEnabled: true, cluster: view } } : server;
    });

describe("the last copies of keys", () => {
    it("are those of a tree where a cluster is declared, its master's and not its replica's", () => {
        assert.deepEqual(lastCopies(cluster(), leaving({ a: { keys: 500 } })), [
            { node: "a", word: "a:a0123456789a", keys: 500 },
        ]);
        assert.deepEqual(lastCopies(cluster(), leaving({ a: { keys: 0 }, b: { keys: 0 } })), []);
    });

    it("are those of a cluster where a tree is declared, of every master", () => {
        const masters = inCluster(leaving({ b: { role: "master", following: undefined, keys: 3 } }));
        assert.deepEqual(
            lastCopies(other(), masters).map(({ node, keys }) => [node, keys]),
            [
                ["a", 10],
                ["b", 3],
            ],
        );
    });

    it("are none where the data goes over: from tree to tree, and within a cluster", () => {
        assert.deepEqual(lastCopies(other(), leaving()), []);
        assert.deepEqual(lastCopies(cluster(), inCluster(leaving())), []);
    });

    it("may be those of any that cannot be read, or that loads", () => {
        for (const change of ["silent", { loadedBytes: 4096 }] as const) {
            const [copy, ...rest] = lastCopies(other(), leaving({ b: change }));
            assert.deepEqual([copy?.node, copy?.keys, rest], ["b", undefined, []]);
        }
    });

    it("are a replica's where its master cannot be read", () => {
        const names = lastCopies(cluster(), leaving({ a: "silent" })).map(({ node, keys }) => [node, keys]);
        assert.deepEqual(names, [
            ["a", undefined],
            ["b", 10],
        ]);
    });

    it("are no business of servers that stay", () => {
        assert.deepEqual(lastCopies(tree, observed(tree, { b: "silent" })), []);
    });
});

describe("the deletion of last copies", () => {
    const copies = lastCopies(cluster(), leaving({ a: { keys: 500 } }));

    it("is refused with their number, and with what lets these go", () => {
        const [problem, ...rest] = lastCopyProblems(cluster(), copies);
        assert.deepEqual(rest, []);
        assert.equal(problem?.path, "a");
        assert.match(problem?.message ?? "", /it leaves with 500 keys that no other server has/);
        assert.match(problem?.message ?? "", /npm run up -- --delete-data.*redis:deleteData: \["a:a0123456789a"\]/);
    });

    it("is allowed by that word, by no word for another container, and needs none where data is kept", () => {
        assert.deepEqual(lastCopyProblems(cluster(), copies, ["a:a0123456789a"]), []);
        assert.equal(lastCopyProblems(cluster(), copies, ["a:ffffffffffff", "a", "*"]).length, 1);
        assert.deepEqual(lastCopyProblems(cluster("keep"), copies), []);
    });

    it("is told in the plan, as is what the new deployment will not have", () => {
        assert.match(
            lastCopySentences(copies, fateOf(cluster())).join(),
            /a: it leaves with 500 keys .* deleted with it/,
        );
        assert.match(lastCopySentences(copies, fateOf(cluster("keep"))).join(), /500 keys .* stay in its volume/);
    });

    it("has words that name one container each, and none for everything", () => {
        const problems = (deleteData: unknown) =>
            validate({ image, nodes: [{ name: "a", port: 6379 }], deleteData }).map(({ path }) => path);
        assert.deepEqual(problems(["a:a0123456789a"]), []);
        assert.deepEqual(problems(["*", "a", true]), ["deleteData[0]", "deleteData[1]", "deleteData[2]"]);
        assert.deepEqual(problems(true), ["deleteData"]);
    });
});

describe("servers of another topology that leave", () => {
    it("take no part: nobody follows them, and they are told nothing", () => {
        const model = other();
        const own = observed(model, { c: { role: "replica", keys: 0, following: { host: "127.0.0.1", port: 1 } } });
        const desired = { model, users: [], replicationPassword };
        const alone = told(planDeployment(desired, own));
        assert.deepEqual(told(planDeployment(desired, [...own, ...inCluster(leaving())])), alone);
    });
});
