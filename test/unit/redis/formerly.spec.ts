import assert from "node:assert/strict";
import { serverLabels } from "../../../redis/model/containerSpecification";
import { buildModel, type Model } from "../../../redis/model/model";
import { labels } from "../../../redis/model/names";
import { formerlyProblems } from "../../../redis/preflight/formerly";
import type { EngineInventory } from "../../../redis/state/engineInventory";

type Reached = Extract<EngineInventory, { reachable: true }>;

const declare = (...nodes: { name: string; formerly?: string[] }[]): Model =>
    buildModel(
        {
            image: "redis:8",
            nodes: nodes.map((node, at) => ({
                ...node,
                port: 6379 + at,
                ...(at > 0 ? { replicaOf: nodes[0]?.name } : {}),
            })),
        },
        { id: "ours", prefix: "redis-test" },
    );

/** What is there while a model runs; the volumes alone where its containers are gone. */
const inventory = (running: Model, hasContainers = true): EngineInventory => ({
    host: "local",
    reachable: true,
    engine: { id: "e", version: "28", name: "e" },
    containers: (hasContainers ? running.nodes : []).map((node) => ({
        id: node.name,
        name: node.names.container,
        image: running.image,
        imageId: "sha256:1",
        labels: serverLabels(running, node),
        state: "running",
        status: "Up",
        ports: [],
        addresses: [],
        volumes: [],
    })),
    volumes: running.nodes.map((node) => ({
        name: node.names.dataVolume,
        labels: { [labels.prefix]: running.prefix, [labels.deployment]: running.id },
    })),
    networks: [],
});

describe("a former name", () => {
    const running = declare({ name: "a" }, { name: "b" });

    it("of which nothing is there is refused, with what is there and no longer declared", () => {
        const declared = declare({ name: "a" }, { name: "c", formerly: ["bb"] });
        assert.deepEqual(formerlyProblems(declared, [inventory(running)]), [
            {
                path: "nodes[1].formerly",
                message:
                    "nothing of a node bb is there, so c would be new and empty: correct the name, or leave the key out; what is there and no longer declared: b",
            },
        ]);
    });

    it("is fine where it is there, also as a volume alone, and after the rename", () => {
        assert.deepEqual(
            formerlyProblems(declare({ name: "a" }, { name: "c", formerly: ["b"] }), [inventory(running)]),
            [],
        );
        const gone: EngineInventory = {
            ...inventory(running),
            ...{ containers: (inventory(declare({ name: "a" })) as Reached).containers },
        };
        assert.deepEqual(formerlyProblems(declare({ name: "a" }, { name: "c", formerly: ["b"] }), [gone]), []);
        assert.deepEqual(
            formerlyProblems(declare({ name: "a" }, { name: "b", formerly: ["x"] }), [inventory(running)]),
            [],
        );
    });

    it("is not judged where nothing runs yet, or where a host is not seen", () => {
        const declared = declare({ name: "a", formerly: ["x"] });
        assert.deepEqual(formerlyProblems(declared, [inventory(running, false)]), []);
        const unseen: EngineInventory = { host: "other", reachable: false, problem: "down" };
        assert.deepEqual(formerlyProblems(declare({ name: "c", formerly: ["x"] }), [inventory(running), unseen]), []);
    });
});
