import assert from "node:assert/strict";
import {
    asked,
    command,
    container,
    deployed,
    deployment,
    host,
    image,
    last,
    names,
    network,
    node,
    provider,
    replication,
    resource,
    stash,
    tree,
    volume,
} from "./deployed";
import type { Registered } from "./registered";

const hosts = ["a", "b", "c"].map((name, index) => ({
    name,
    docker: `ssh://ops@192.0.2.1${index}`,
    address: `192.0.2.1${index}`,
}));
/** A tree of which each node has a host of its own. */
const overHosts = {
    image: "redis:8.0.2",
    hosts,
    nodes: [
        { name: "first", host: "a", port: 6379 },
        { name: "second", host: "b", port: 6379, replicaOf: "first" },
        { name: "third", host: "c", port: 6379, replicaOf: "second" },
    ],
};

describe("What is registered of a deployment", () => {
    let all: Registered[];
    before(async () => {
        all = await deployed(tree);
    });

    it("is a host, three nodes of four parts each, a tree, its convergence, and what is made up once", () => {
        const parts = ["master", "replica1", "replica2"]
            .map((name) => `cache-local-${name}`)
            .flatMap((name) => [
                `${container}::${name}`,
                `${container}::${name}-files`,
                `${volume}::${name}-config`,
                `${volume}::${name}-data`,
                `${node}::${name}`,
            ]);
        const kept = [
            "deployment-id",
            ...["administrator", "default", "health", "replication"].map((user) => `password-${user}`),
        ];
        assert.deepEqual(
            names(all),
            [
                ...parts,
                ...kept.map((name) => `${stash}::cache-${name}`),
                `${host}::cache-local`,
                `${provider}::cache-local`,
                `${network}::cache-local-network`,
                `${image}::cache-local-image`,
                `${command}::cache-converge`,
                `${deployment}::cache`,
                `${replication}::cache`,
            ].sort(),
        );
    });

    it("has what belongs together below the component that it belongs to", () => {
        const parent = (type: string, name: string) => last(resource(all, type, name).parent);
        for (const name of ["cache-local-replica1", "cache-local-replica1-files"])
            assert.equal(parent(container, name), `${node}::cache-local-replica1`);
        assert.equal(parent(volume, "cache-local-replica1-data"), `${node}::cache-local-replica1`);
        assert.equal(parent(node, "cache-local-replica1"), `${deployment}::cache`);
        assert.equal(parent(network, "cache-local-network"), `${host}::cache-local`);
        assert.equal(parent(provider, "cache-local"), `${host}::cache-local`);
        assert.equal(parent(command, "cache-converge"), `${replication}::cache`);
        assert.equal(parent(stash, "cache-password-default"), `${deployment}::cache`);
    });

    it("has Sentinels below a component of their own", async () => {
        const sentinels = [1, 2, 3].map((number) => ({ name: `sentinel${number}`, port: 26378 + number }));
        const watched = await deployed({ ...tree, topology: "sentinel", sentinels });
        const { parent } = resource(watched, node, "cache-local-sentinel2");
        assert.equal(last(parent), "redis-on-docker:index:Sentinels::cache");
    });

    it("is called on Docker by the prefix and the node's name", async () => {
        const other = await deployed({ ...tree, prefix: "shop-production" });
        const onDocker = (name: string) => resource(other, container, name).inputs.name;
        assert.equal(onDocker("cache-local-replica1"), "shop-production-replica1");
        assert.equal(onDocker("cache-local-replica1-files"), "shop-production-replica1-files");
        const data = resource(other, volume, "cache-local-replica1-data");
        assert.equal(data.inputs.name, "shop-production-replica1-data");
        assert.equal(resource(other, network, "cache-local-network").inputs.name, "shop-production-network");
    });

    it("keeps what is made up once, whatever the next run makes up", () => {
        for (const one of all.filter(({ urn }) => urn.includes(`${stash}::`)))
            assert.deepEqual(one.options.ignorechangesList, ["input"], one.urn);
    });
});

describe("Each host", () => {
    it("has a provider of its own, which makes what is on it", async () => {
        const all = await deployed(overHosts);
        for (const { name, docker } of hosts)
            assert.equal(resource(all, provider, `cache-${name}`).inputs.host, docker);
        const providerOf = (type: string, name: string) => last(resource(all, type, name).options.provider);
        for (const [on, name] of [
            ["a", "first"],
            ["b", "second"],
            ["c", "third"],
        ]) {
            const expected = `${provider}::cache-${on}::cache-${on}-id`;
            for (const part of ["", "-files"])
                assert.equal(providerOf(container, `cache-${on}-${name}${part}`), expected);
            for (const part of ["-data", "-config"])
                assert.equal(providerOf(volume, `cache-${on}-${name}${part}`), expected);
            assert.equal(providerOf(image, `cache-${on}-image`), expected);
        }
    });

    it("keeps the image when the deployment goes, and its network whatever is said of it", async () => {
        const all = await deployed(tree);
        const pulled = resource(all, image, "cache-local-image");
        assert.deepEqual(pulled.inputs, { name: "redis:8.0.2", keepLocally: true });
        assert.deepEqual(asked(resource(all, network, "cache-local-network"), "ignorechangesList"), [
            "ipamConfigs",
            "labels",
        ]);
    });

    it("is not waited for while it is down", async () => {
        const [a, b, c] = hosts;
        assert.ok(a && b && c);
        const all = await deployed({ ...overHosts, hosts: [a, { ...b, state: "down" }, c] });
        const waitsFor = asked(resource(all, command, "cache-converge"), "dependenciesList");
        assert.ok(waitsFor.includes(`${container}::cache-a-first`));
        assert.deepEqual(
            waitsFor.filter((one) => one.includes("cache-b-")),
            [],
        );
        // It stays declared all the same: it is there again once the host is.
        assert.ok(resource(all, container, "cache-b-second"));
    });
});

describe("The convergence", () => {
    it("waits for every node, and runs again when one of their containers is another one", async () => {
        const all = await deployed(tree);
        const { inputs, options } = resource(all, command, "cache-converge");
        const ids = ["master", "replica1", "replica2"].flatMap((name) => [
            `cache-local-${name}-id`,
            `cache-local-${name}-files-id`,
        ]);
        assert.equal((inputs.environment as Record<string, string>).CONTAINERS, ids.join(" "));
        const waitsFor = ((options.dependenciesList ?? []) as string[]).map(last);
        for (const name of ["master", "replica1", "replica2"])
            assert.ok(waitsFor.includes(`${container}::cache-local-${name}`));
    });

    it("does not run because it has healed the time before", async () => {
        const { options } = resource(await deployed(tree), command, "cache-converge");
        assert.deepEqual(options.ignorechangesList, ["environment.HEAL"]);
    });

    it("knows what the last one did where roles belong to Redis", async () => {
        const knows = async (...args: Parameters<typeof deployed>) =>
            resource(await deployed(...args), command, "cache-converge").inputs.addPreviousOutputInEnv;
        assert.equal(await knows(tree), false);
        assert.equal(
            await knows({ image: "redis:8.0.2", topology: "cluster", cluster: { shards: 3, firstPort: 7000 } }),
            true,
        );
    });
});
