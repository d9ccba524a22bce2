import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { serverLabels } from "../../../redis/model/containerSpecification";
import { at } from "../../../redis/model/endpoint";
import { buildModel, type Model } from "../../../redis/model/model";
import { labels } from "../../../redis/model/names";
import { declaredTree } from "../../../redis/plan/effectiveTree";
import { planRoles } from "../../../redis/plan/replication/roles";
import { describeRollout } from "../../../redis/plan/rollout/describe";
import { handoverSteps } from "../../../redis/plan/rollout/handover";
import { planHealing } from "../../../redis/plan/rollout/roles";
import { preflight } from "../../../redis/preflight/preflight";
import { topologyProblems } from "../../../redis/preflight/topologyChange";
import { suffixOf, withConfigurationVolumes } from "../../../redis/state/configurationVolume";
import type { ContainerListing, EngineInventory, NetworkListing } from "../../../redis/state/engineInventory";
import { locate } from "../../../redis/state/located";
import { withNetwork } from "../../../redis/state/network";
import { container, observed, quarantined, told } from "./observed";

const identity = { id: "ours", prefix: "redis-test" };
const declare = (nodes: DeploymentArguments["nodes"], more: Partial<DeploymentArguments> = {}): Model =>
    buildModel({ image: "redis:8.0.2", nodes, ...more }, identity);

const star = [
    { name: "a", port: 6379 },
    { name: "b", port: 6380, replicaOf: "a" },
    { name: "c", port: 6381, replicaOf: "a" },
];
const live = declare(star);

/** What an Engine holds while a model runs. */
function inventory(model: Model, more: Partial<Extract<EngineInventory, { reachable: true }>> = {}): EngineInventory {
    const containers = [...model.nodes, ...(model.sentinels ?? [])].map(
        (node): ContainerListing => ({
            id: node.name,
            name: node.names.container,
            image: model.image,
            imageId: "sha256:image",
            labels: serverLabels(model, node),
            state: "running",
            status: "Up",
            ports: [node.port],
            addresses: ["172.18.0.9"],
            volumes: [node.names.dataVolume, node.names.configurationVolume],
            hostNetwork: model.network.mode === "host",
            networks: [{ name: model.network.name }],
        }),
    );
    const engine = { id: "e", version: "28", name: "e" };
    return { host: "local", reachable: true, engine, containers, volumes: [], networks: [network(model)], ...more };
}

const network = (model: Model, name = model.network.name, subnet = "172.18.0.0/16"): NetworkListing => ({
    name,
    labels: { [labels.deployment]: model.id },
    subnets: [subnet],
    gateway: "172.18.0.1",
});

describe("where a server is", () => {
    it("is where its container was made to be, under the name that it had", () => {
        const renamed = declare([
            { name: "x", port: 7000, formerly: ["a"] },
            ...star.slice(1).map((node) => ({ ...node, replicaOf: "x" })),
        ]);
        const [x, ...others] = locate(renamed, [inventory(live)]);
        assert.equal(x?.node, "x");
        assert.equal(x?.formerly, "a");
        assert.deepEqual(
            [x?.announce, x?.reach].map((one) => one && at(one)),
            ["a:6379", "127.0.0.1:6379"],
        );
        assert.deepEqual(
            others.map(({ node, declared }) => [node, declared]),
            [
                ["b", true],
                ["c", true],
            ],
        );
        assert.deepEqual(describeRollout(renamed, [{ ...x, redis: undefined } as never]).slice(0, 2), [
            "x: is a under a new name, and keeps the data volume redis-test-a-data",
            "x: goes from port 6379 to 7000",
        ]);
    });

    it("is the old host beside the new one where a node of its name is declared elsewhere", () => {
        const hosts = ["local", "other"].map((name, index) => ({
            name,
            docker: `tcp://h${index}:1`,
            address: `192.0.2.${index + 1}`,
        }));
        const on = (host: string) => star.map((node) => ({ ...node, host: node.name === "a" ? host : "local" }));
        const before = declare(on("local"), { hosts });
        const after = declare(on("other"), { hosts });
        const empty = { ...inventory(before), host: "other", containers: [] } as EngineInventory;
        const seen = locate(after, [inventory(before), empty]).map(({ node, host, declared, container }) => [
            node,
            host,
            declared,
            container?.id,
        ]);
        assert.deepEqual(seen, [
            ["a", "other", true, undefined],
            ["b", "local", true, "b"],
            ["c", "local", true, "c"],
            ["a@local", "local", false, "a"],
        ]);
    });

    it("has its data in the volume of its first name, which is refused to be forgotten", () => {
        const renamed = declare([{ name: "x", port: 6379, formerly: ["w", "a"] }]);
        assert.equal(renamed.nodes[0]?.names.dataVolume, "redis-test-a-data");
        const problems = (formerly?: string[]) =>
            preflight(
                declare([{ name: "x", port: 6379, ...(formerly ? { formerly } : {}) }]),
                [inventory(renamed)],
                new Set(),
            );
        assert.deepEqual(problems(["w", "a"]), []);
        assert.match(problems()[0]?.message ?? "", /its data is in the volume of a, .*: say formerly: \[a\],/);
        assert.match(problems(["w"])[0]?.message ?? "", /say formerly: \[w, a\],/);
        const never = preflight(
            declare([{ ...star[0], name: "a", port: 6379, formerly: ["z"] }]),
            [inventory(declare([{ name: "a", port: 6379 }]))],
            new Set(),
        );
        assert.match(never[0]?.message ?? "", /in the volume of a, .*: leave formerly out/);
    });

    it("is refused under the name of another host of the same Engine", () => {
        const hosts = [{ name: "other" }];
        const [problem] = preflight(declare(star, { hosts }), [{ ...inventory(live), host: "other" }], new Set());
        assert.equal(problem?.path, "hosts[0].name");
        assert.match(problem?.message ?? "", /the host local, with its servers \(a, b, c\): keep the name local/);
    });
});

describe("files of a server that gets another name, port or network", () => {
    const volumes = (model: Model, running: Model) =>
        withConfigurationVolumes(model, [inventory(running)]).nodes.map(({ names }) => suffixOf(names));

    it("lie in another volume than before until its container is replaced, and stay there", () => {
        assert.deepEqual(volumes(live, live), ["", "", ""]);
        const moved = declare([{ ...star[0], name: "a", port: 7000 }, ...star.slice(1)]);
        assert.deepEqual(volumes(moved, live), ["-2", "", ""]);
        const running = withConfigurationVolumes(moved, [inventory(live)]);
        assert.deepEqual(volumes(moved, running), ["-2", "", ""]);
        assert.deepEqual(volumes(live, running), ["", "", ""]);
        assert.deepEqual(volumes(declare(star, { network: "host" }), live), ["-2", "-2", "-2"]);
    });
});

describe("the network of a deployment", () => {
    const cluster = declare(undefined, { topology: "cluster", cluster: { shards: 3 }, subnet: "172.30.0.0/20" });
    const named = (model: Model, ...networks: NetworkListing[]) =>
        withNetwork(model, [inventory(model, { networks })]).network.name;

    it("is the one with the declared subnet, or a new one beside those with others", () => {
        const usual = cluster.network.name;
        assert.equal(named(cluster), usual);
        assert.equal(named(cluster, network(cluster, usual, "172.30.0.0/20")), usual);
        assert.equal(named(cluster, network(cluster)), `${usual}-2`);
        assert.equal(named(cluster, network(cluster), network(cluster, `${usual}-2`, "172.30.0.0/20")), `${usual}-2`);
        assert.equal(named(cluster, network(cluster), network(cluster, `${usual}-2`)), `${usual}-3`);
    });

    it("is any that is there, where servers know each other by name", () => {
        const usual = live.network.name;
        assert.equal(named(live, network(live, `${usual}-2`, "172.30.0.0/20")), `${usual}-2`);
        assert.equal(named(live, network(live), network(live, `${usual}-2`)), usual);
        const stranger = { ...network(live), labels: {} };
        assert.equal(named(live, stranger), usual);
    });
});

describe("a tree that goes from a bridge to the hosts' own network", () => {
    const onHost = declare(star, { network: "host" });
    const attached = (mode: "bridge" | "host", port: number, host: string) => ({
        mode,
        networks: [],
        across: { host, port },
    });
    /** b was replaced, and follows a by a name that it does not know any more. */
    const seen = (from: "bridge" | "host", gateway: string) =>
        observed(live, { b: { linkUp: false, offset: 0, history: { id: "own" } } }).map((server) => {
            const mode = (server.node === "b") === (from === "bridge") ? "host" : "bridge";
            const network = attached(mode, server.reach.port, mode === "host" ? gateway : server.reach.host);
            return { ...server, network };
        });

    it("finds its master by the port that it publishes, and is no synchronisation while it does not", () => {
        const { steps } = planRoles(declaredTree(onHost), seen("bridge", "172.18.0.1"));
        const [step] = steps;
        assert.ok(step?.kind === "follow" && step.node === "b");
        assert.deepEqual(step.endpoint, { host: "127.0.0.1", port: 6379 });
    });

    it("and back: by the address that the host has in the bridge", () => {
        const [step] = planRoles(declaredTree(live), seen("host", "172.18.0.1")).steps;
        assert.ok(step?.kind === "follow" && step.node === "b");
        assert.deepEqual(step.endpoint, { host: "172.18.0.1", port: 6379 });
    });
});

describe("a tree that gets Sentinels, or loses them", () => {
    const sentinels = [1, 2, 3].map((number) => ({ name: `s${number}`, port: 7000 + number }));
    const watched = declare(star, { topology: "sentinel", sentinels });
    const desired = (model: Model) => ({ model, users: [], replicationPassword: "p" });
    const watching = (declared: boolean) =>
        (watched.sentinels ?? []).map((node) => {
            const watch = { name: "main", master: { host: "a", port: 6379 }, flags: ["master"] } as never;
            return { ...container(node, declared), sentinel: { users: [], watch } };
        });

    it("hands over by itself until a Sentinel watches, or may", () => {
        const servers = observed(live);
        const [a, b] = servers;
        assert.ok(a && b);
        const kinds = (...others: typeof servers) =>
            handoverSteps(watched, a, b, [...servers, ...others]).map(({ kind }) => kind);
        const none = (watched.sentinels ?? []).map((node) => ({ ...container(node, true), container: undefined }));
        assert.deepEqual(kinds(...none), ["follow"]);
        assert.deepEqual(kinds(...watching(true)), ["sentinelFailover"]);
        const mute = (watched.sentinels ?? []).map((node) => container(node, true));
        assert.deepEqual(kinds(...mute), ["sentinelFailover"]);
    });

    it("has those that leave watch nothing before anything else happens", () => {
        const emptied = observed(live, { a: quarantined });
        const steps = planHealing(desired(live), [...emptied, ...watching(false)], false);
        assert.deepEqual(
            told(steps),
            ["s1", "s2", "s3"].map((name) => `${name}: watch main no more (it leaves)`),
        );
    });

    it("is refused while one that leaves does not answer, and may wake up later", () => {
        const mute = watching(false).map(({ sentinel: _, ...server }) => server);
        const paths = topologyProblems(live, [...observed(live), ...mute]).map(({ path }) => path);
        assert.deepEqual(paths, ["s1", "s2", "s3"]);
    });
});
