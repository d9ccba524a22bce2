import assert from "node:assert/strict";
import { serverLabels } from "../../../redis/model/containerSpecification";
import { buildModel } from "../../../redis/model/model";
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
function inventory(names: Record<string, string>): EngineInventory {
    const containers = model.nodes.map(
        (node): ContainerListing => ({
            id: node.name,
            name: names[node.name] ?? node.names.container,
            image: model.image,
            imageId: "sha256:image",
            labels: serverLabels(model, node),
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
