import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { validate } from "../../../redis/declaration/validation";
import { serverContainer, specification } from "../../../redis/model/containerSpecification";
import { buildModel, type Model } from "../../../redis/model/model";
import { planCluster } from "../../../redis/plan/cluster/clusterPlan";
import { describeDraining } from "../../../redis/plan/drain/describe";
import { drainedMasters, returnedMasters } from "../../../redis/plan/drain/memory";
import { newOnDraining } from "../../../redis/plan/drain/placement";
import { planReplication } from "../../../redis/plan/replication/replicationPlan";
import type { EngineInventory } from "../../../redis/state/engineInventory";
import { asFormed, type Beliefs, cluster } from "./clusterViews";
import { type Change, observed, quarantined, replicationPassword, told } from "./observed";

type States = Record<string, "down" | "draining">;

const image = "redis:8.0.2";
const hostsOf = (states: States, names = "abc") =>
    [...names].map((name, at) => ({
        name,
        address: `192.0.2.${at + 1}`,
        docker: `tcp://192.0.2.${at + 1}:2376`,
        ...(states[name] ? { state: states[name] } : {}),
    }));

/** A server on each host, named after it, and whom it replicates. */
function treeArguments(parents: Record<string, string | undefined>, states: States, more: object = {}) {
    const nodes = Object.entries(parents).map(([host, replicaOf]) => ({
        name: `on-${host}`,
        host,
        port: 6379,
        ...(replicaOf ? { replicaOf: `on-${replicaOf}` } : {}),
    }));
    return { image, hosts: hostsOf(states, Object.keys(parents).join("")), nodes, ...more } as DeploymentArguments;
}
const model = (args: DeploymentArguments): Model => buildModel(args, { id: "id", prefix: "p" });
const star = { a: undefined, b: "a", c: "a" };

describe("a declaration with hosts that drain", () => {
    const problems = (args: DeploymentArguments) => validate(args).map(({ path, message }) => `${path}: ${message}`);
    const sentinels = [..."abc"].map((host, at) => ({ name: `s${at + 1}`, host, port: 26379 }));

    it("is fine where enough is left", () => {
        assert.deepEqual(problems(treeArguments(star, { a: "draining" })), []);
        assert.deepEqual(problems(treeArguments(star, { a: "draining", b: "draining" })), []);
        assert.deepEqual(problems(treeArguments(star, { b: "draining" }, { topology: "sentinel", sentinels })), []);
    });

    it("is refused where no copy of some keys would be left, also because another host is lost", () => {
        const [problem = "", ...others] = problems(treeArguments(star, { a: "draining", b: "draining", c: "down" }));
        assert.match(
            problem,
            /^hosts\[0\]\.state: a cannot drain: on-a on a, on-b on b, on-c on c would leave no copy of their keys/,
        );
        assert.match(others.join(), /^hosts\[1\]\.state: b cannot drain/);
        const shards = {
            topology: "cluster",
            image,
            hosts: hostsOf({ b: "draining" }),
            cluster: { shards: 3, replicasPerShard: 0 },
        } as const;
        assert.match(
            problems(shards).join(),
            /b cannot drain: shard2-1 on b would leave no copy of their keys.*add a replica/,
        );
    });

    it("is refused where Sentinels could not agree any more", () => {
        const two = treeArguments(star, { b: "draining", c: "draining" }, { topology: "sentinel", sentinels });
        assert.match(
            problems(two).join(),
            /b cannot drain: 1 of 3 Sentinels would be left, and 2 have to agree; add Sentinels/,
        );
        const all = treeArguments(
            star,
            { b: "draining" },
            { topology: "sentinel", sentinels, sentinel: { quorum: 3 } },
        );
        assert.match(problems(all).join(), /b cannot drain: 2 of 3 Sentinels would be left, and 3 have to agree/);
    });

    it("is refused where nobody could write any more", () => {
        const settings = { "min-replicas-to-write": 2 };
        assert.match(
            problems(treeArguments(star, { b: "draining" }, { settings })).join(),
            /without it on-a on a, on-c on c would take no writes, since min-replicas-to-write is 2/,
        );
        assert.deepEqual(
            problems(treeArguments(star, { b: "draining" }, { settings: { "min-replicas-to-write": 1 } })),
            [],
        );
    });
});

describe("new servers on hosts that drain", () => {
    const inventories = (names: string[]): EngineInventory[] =>
        names.map(
            (host) =>
                ({ host, reachable: true, containers: [], volumes: [], networks: [] }) as unknown as EngineInventory,
        );
    const found = (args: DeploymentArguments, volumes: string[] = []) => {
        const seen = inventories(["a", "b", "c"]);
        for (const inventory of seen)
            if (inventory.reachable) inventory.volumes = volumes.map((name) => ({ name, labels: {} })) as never;
        return newOnDraining(args, model(args), seen).map(({ path, message }) => `${path}: ${message}`);
    };

    it("are refused by name", () => {
        const [only = "", ...others] = found(treeArguments(star, { b: "draining" }));
        assert.deepEqual(others, []);
        assert.match(only, /^nodes\[1\]\.host: on-b is new, and b is draining.*give it another host, or take/);
    });

    it("are none whose data is there: an update was interrupted, or somebody removed the container", () => {
        const args = treeArguments(star, { b: "draining" });
        assert.deepEqual(found(args, [model(args).nodes[1]?.names.dataVolume ?? ""]), []);
    });

    it("of a cluster's shape are given a place elsewhere, and all others stay", () => {
        const shape = (shards: number, more = {}) =>
            ({
                topology: "cluster",
                image,
                hosts: hostsOf({ b: "draining" }),
                cluster: { shards, ...more },
            }) as DeploymentArguments;
        const there = model(shape(3)).nodes.map(({ names }) => names.dataVolume);
        assert.deepEqual(found(shape(3), there), []);
        const [only = ""] = found(shape(5), there);
        assert.match(
            only,
            /^cluster\.placement: new servers would be placed on hosts that are draining \(shard5-1 on b\)/,
        );
        const placement = Object.fromEntries(
            [...(/placement: \{ (.*) \}/.exec(only)?.[1] ?? "").matchAll(/(\S+): (\w)/g)].map(([, node, host]) => [
                node,
                host,
            ]),
        );
        const placed = shape(5, { placement });
        assert.deepEqual(validate(placed), []);
        assert.deepEqual(found(placed, there), []);
        for (const { name, host } of model(shape(3)).nodes) assert.equal(placement[name], host);
        assert.match(placement["shard5-1"] ?? "", /^[ac]$/);
    });
});

describe("a tree with hosts that drain", () => {
    const plan = (
        parents: Record<string, string | undefined>,
        states: States,
        changes: Record<string, Change> = {},
        live = model(treeArguments(parents, {})),
    ) =>
        told(
            planReplication(
                { model: model(treeArguments(parents, states)), users: [], replicationPassword },
                observed(live, changes),
            ),
        );
    const behind = { linkUp: false };

    it("hands its master over to a replica that stays and is in sync, in words that say why", () => {
        assert.deepEqual(plan(star, { a: "draining" }), [
            "on-a: hand over to on-b, while a, the host of on-a, is draining",
        ]);
        assert.deepEqual(plan(star, { a: "draining", b: "draining" }), [
            "on-a: hand over to on-c, while a, the host of on-a, is draining",
        ]);
        assert.match(plan(star, { a: "draining" }, { "on-b": behind }).join(), /on-a: hand over to on-c/);
    });

    it("waits for a replica to be in sync, and hands over to nobody before", () => {
        const waiting = plan(star, { a: "draining" }, { "on-b": behind, "on-c": behind });
        assert.ok(
            waiting.every((sentence) => sentence.startsWith("(")),
            waiting.join("\n"),
        );
        assert.match(
            waiting.join("\n"),
            /on-a: expected a replica of it in sync on a host that stays, since a is draining, seen none/,
        );
    });

    it("has nobody get data through a server there", () => {
        const chain = { a: undefined, b: "a", c: "b" };
        assert.deepEqual(plan(chain, { b: "draining" }), ["on-c: follow on-a (it follows 192.0.2.2:6379)"]);
    });

    it("gives the declared master its place back without the line", () => {
        const standing = model(treeArguments({ a: "b", b: undefined, c: "b" }, {}));
        assert.deepEqual(plan(star, { a: "draining" }, {}, standing), []);
        assert.deepEqual(plan(star, {}, {}, standing), ["on-b: hand over to on-a, the declared master"]);
    });

    it("takes the declared master in when that came up empty, or is away", () => {
        const standing = model(treeArguments({ a: "b", b: undefined, c: "b" }, {}));
        assert.deepEqual(plan(star, { a: "draining" }, { "on-a": quarantined }, standing), [
            "on-a: follow on-b (it came up empty)",
        ]);
        assert.deepEqual(plan(star, { a: "draining" }, { "on-a": "silent" }, standing), [
            "(on-a: expected an answer on 192.0.2.1:6379, seen Connection is closed.)",
        ]);
    });

    it("says of the host that it may be rebooted, and not before", () => {
        const drained = model(treeArguments(star, { a: "draining" }));
        assert.deepEqual(describeDraining(drained, observed(drained), true), [
            "a must not be rebooted yet: on-a is needed there",
        ]);
        const standing = observed(model(treeArguments({ a: "b", b: undefined, c: "b" }, {})));
        assert.deepEqual(describeDraining(drained, standing, true), [
            "a may be rebooted: on-a (replica) runs there, and comes back by itself",
        ]);
        assert.deepEqual(describeDraining(drained, standing, false), [
            "a must not be rebooted yet: not everything is as declared",
        ]);
        assert.deepEqual(describeDraining(model(treeArguments(star, {})), standing, true), []);
    });
});

describe("a cluster with hosts that drain or are lost", () => {
    const shape = (states: States, shards = 3, restoreMasters = false) =>
        model({ topology: "cluster", image, hosts: hostsOf(states), cluster: { shards, restoreMasters } });
    const ranges = { "shard1-1": "0-5460", "shard2-1": "5461-10922", "shard3-1": "10923-16383" };
    const formed = asFormed(shape({}), ranges);
    /** After shard 2 was handed over. */
    const handed: Beliefs = {
        ...formed,
        "shard2-1": { of: "shard2-2", epoch: 9 },
        "shard2-2": { epoch: 9, slots: "5461-10922" },
    };
    const plan = (declared: Model, beliefs: Beliefs, returned: string[] = [], changes: Record<string, Change> = {}) =>
        told(
            planCluster(
                { model: declared, users: [], replicationPassword, returned },
                cluster(shape({}), beliefs, {}, changes, declared),
            ),
        );

    it("has a replica elsewhere take the place of each master there", () => {
        assert.deepEqual(plan(shape({ b: "draining" }), formed), [
            "shard2-2: become master in place of shard2-1 (b is draining)",
        ]);
        assert.deepEqual(plan(shape({ b: "draining" }, 3, true), handed), []);
    });

    it("waits where the replica is not in sync", () => {
        const sentences = plan(shape({ b: "draining" }), formed, [], { "shard2-2": { linkUp: false } });
        assert.ok(
            sentences.length > 0 && sentences.every((sentence) => sentence.startsWith("(")),
            sentences.join("\n"),
        );
    });

    it("has those masters again that had to go, and no others, when the host is back", () => {
        assert.deepEqual(plan(shape({}), handed), []);
        assert.deepEqual(plan(shape({}), handed, ["shard2-1"]), [
            "shard2-1: become master in place of shard2-2 (it is the declared master)",
        ]);
        assert.deepEqual(plan(shape({}), handed, ["shard1-1"]), []);
    });

    it("remembers them until then, also when the host is lost meanwhile", () => {
        assert.deepEqual(drainedMasters(shape({ b: "draining" })), ["shard2-1"]);
        assert.deepEqual(drainedMasters(shape({ b: "down" }), ["shard2-1"]), ["shard2-1"]);
        assert.deepEqual(returnedMasters(shape({ b: "down" }), ["shard2-1"]), []);
        assert.deepEqual(returnedMasters(shape({}), ["shard2-1"]), ["shard2-1"]);
        assert.equal(drainedMasters(shape({}), ["shard2-1"]), undefined);
    });

    it("gives a new shard slots while a host is lost, whose servers own none any more", () => {
        const gone = { gone: "its host b is declared down" };
        const four = shape({}, 4);
        const beliefs: Beliefs = {
            ...handed,
            "shard2-1": { epoch: 2, flags: "master,fail" },
            "shard4-1": { epoch: 10 },
            "shard4-2": { of: "shard4-1", epoch: 0 },
        };
        const lost = Object.fromEntries(
            four.nodes.flatMap(({ name, host }) => (host === "b" ? [[name, gone] as const] : [])),
        );
        const sentences = (declared: Model) =>
            told(
                planCluster(
                    { model: declared, users: [], replicationPassword },
                    cluster(four, beliefs, {}, { ...lost, "shard4-1": { keys: 0 } }, declared),
                ),
            );
        assert.match(
            sentences(shape({ b: "down" }, 4)).join("\n"),
            /move 13\d\d slots to shard4-1 \(an equal share for each shard\)/,
        );
        assert.doesNotMatch(sentences(shape({}, 4)).join("\n"), /move/, "whoever is silent may own slots");
    });
});

describe("the health check of a server", () => {
    const [only] = model({ image, nodes: [{ name: "master", port: 6379 }], timezone: "UTC" }).nodes;

    it("has no part in what a container has to be replaced for", () => {
        const one = buildModel(
            { image, nodes: [{ name: "master", port: 6379 }], timezone: "UTC" },
            { id: "id", prefix: "p" },
        );
        // As it was with a check every 10 s.
        assert.equal(specification(one, only as never), "b65884467539");
        assert.equal(serverContainer(one, only as never).healthcheck.interval, "1m0s");
    });
});
