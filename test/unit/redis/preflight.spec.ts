import assert from "node:assert/strict";
import { serverLabels } from "../../../redis/model/containerSpecification";
import { allNodes, buildModel } from "../../../redis/model/model";
import { preflight } from "../../../redis/preflight/preflight";
import type { ContainerListing, EngineInventory } from "../../../redis/state/engineInventory";

const declare = (names: [string, string], prefix = "redis-test") =>
    buildModel(
        {
            image: "redis:8.0.2",
            nodes: [
                { name: names[0], port: 6379 },
                { name: names[1], port: 6380, replicaOf: names[0] },
            ],
        },
        { id: "ours", prefix },
    );

const model = declare(["a", "b"]);

/** What an Engine holds while the model runs, with containers under other names. */
function inventory(names: Record<string, string>, running = model): EngineInventory {
    const containers = allNodes(running).map(
        (node): ContainerListing => ({
            id: node.name,
            name: names[node.name] ?? node.names.container,
            image: running.image,
            imageId: "sha256:image",
            labels: serverLabels(running, node),
            state: "running",
            status: "Up",
            ports: [node.port],
            addresses: [],
            volumes: [],
        }),
    );
    const engine = { id: "e", version: "28", name: "e" };
    return { host: "local", reachable: true, engine, containers, volumes: [], networks: [] };
}

describe("a container that was renamed by hand", () => {
    it("is refused by both names, with the command that undoes it", () => {
        assert.deepEqual(preflight(model, [inventory({ b: "mine" })], new Set(["b"])), [
            {
                path: "nodes[1].name",
                message:
                    "mine is the container of b under another name: run `docker rename mine redis-test-b` on local",
            },
        ]);
    });

    it("is not one that leaves, of a node with another name or of another prefix", () => {
        for (const declared of [declare(["a", "c"]), declare(["a", "b"], "redis-other")]) {
            const messages = preflight(declared, [inventory({})], new Set()).map(({ message }) => message);
            assert.match(messages.join("\n"), /port 6380 is still held by b, which leaves in the same update/);
            assert.doesNotMatch(messages.join("\n"), /rename/);
        }
    });
});

describe("a port that another server gives up in the same update", () => {
    const watched = (server: number, sentinel: number) =>
        buildModel(
            {
                topology: "sentinel",
                image: "redis:8.0.2",
                nodes: [
                    { name: "a", port: 6379 },
                    { name: "b", port: server, replicaOf: "a" },
                ],
                sentinels: [26379, 26380, sentinel].map((port, at) => ({ name: `s${at + 1}`, port })),
            },
            { id: "ours", prefix: "redis-test" },
        );

    it("is refused to a Sentinel too, by who changes its port", () => {
        const found = preflight(watched(6390, 6380), [inventory({}, watched(6380, 26381))], new Set());
        assert.deepEqual(found, [
            {
                path: "sentinels[2].port",
                message:
                    "port 6380 is still held by b, which changes its port in the same update: change one at a time",
            },
        ]);
    });

    it("is refused to a server, by the Sentinel that changes its port", () => {
        const found = preflight(watched(26381, 26390), [inventory({}, watched(6380, 26381))], new Set());
        assert.deepEqual(
            found.map(({ path, message }) => `${path}: ${message}`),
            [
                "nodes[1].port: port 26381 is still held by s3, which changes its port in the same update: change one at a time",
            ],
        );
    });
});
