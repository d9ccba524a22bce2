import assert from "node:assert/strict";
import type { DeploymentInputs } from "../../../components";
import { deployed, tree } from "./deployed";
import { type Difference, difference } from "./difference";

const [master, replica1, replica2] = tree.nodes;
const cluster = { shards: 3, replicasPerShard: 1, firstPort: 7000 };
const sharded = { image: "redis:8.0.2", topology: "cluster", cluster } as const;

/** What a node is made of. */
const parts = (node: string): string[] => [
    `Container::cache-local-${node}`,
    `Container::cache-local-${node}-files`,
    `Volume::cache-local-${node}-config`,
    `Volume::cache-local-${node}-data`,
];

const nodes = ["master", "replica1", "replica2"];
/** The same of each of these nodes. */
const each = (names: string[], suffix: string, changed: string[]) =>
    Object.fromEntries(names.map((name) => [`Container::cache-local-${name}${suffix}`, changed]));

/** Convergence runs after every change; after some over other nodes than before. */
const converges = { "Command::cache-converge": ["stdin"] };
const convergesOverOthers = { "Command::cache-converge": ["environment", "stdin", "dependenciesList"] };

/** What is registered otherwise after a change of the tree. */
async function change(after: Partial<DeploymentInputs>): Promise<Difference> {
    return difference(await deployed(tree), await deployed({ ...tree, ...after }));
}

describe("What changes in Pulumi, and what is left alone,", () => {
    it("is nothing when the same is declared again", async () =>
        assert.deepEqual(await change({}), { added: [], gone: [], changed: {} }));

    it("when a node gets a setting that applies live: its files, no server", async () => {
        const settings = { "maxmemory-policy": "allkeys-lru" };
        assert.deepEqual(await change({ nodes: [master, { ...replica1, settings }, replica2] }), {
            added: [],
            gone: [],
            changed: { ...each(["replica1"], "-files", ["uploads"]), ...converges },
        });
    });

    it("when a node gets a setting that is read at the start only: its server and its files", async () => {
        assert.deepEqual(await change({ nodes: [master, { ...replica1, settings: { databases: 4 } }, replica2] }), {
            added: [],
            gone: [],
            changed: {
                ...each(["replica1"], "", ["labels"]),
                ...each(["replica1"], "-files", ["uploads"]),
                ...converges,
            },
        });
    });

    it("when the image changes: servers and their files, no volume and no network", async () => {
        assert.deepEqual(await change({ image: "redis:8.2.1" }), {
            added: [],
            gone: [],
            changed: {
                "RemoteImage::cache-local-image": ["name"],
                ...each(nodes, "", ["image", "labels"]),
                ...each(nodes, "-files", ["image"]),
                ...converges,
            },
        });
    });

    it("when a replica is added: nothing of the others", async () => {
        const replica3 = { name: "replica3", port: 6382, replicaOf: "master" };
        assert.deepEqual(await change({ nodes: [...tree.nodes, replica3] }), {
            added: parts("replica3"),
            gone: [],
            changed: convergesOverOthers,
        });
    });

    it("when a replica leaves: nothing of the others", async () => {
        assert.deepEqual(await change({ nodes: [master, replica1] }), {
            added: [],
            gone: parts("replica2"),
            changed: convergesOverOthers,
        });
    });

    it("when a replica is renamed: nothing of the others", async () => {
        const second = { ...replica1, name: "second", formerly: ["replica1"] };
        assert.deepEqual(await change({ nodes: [master, second, replica2] }), {
            added: parts("second"),
            gone: parts("replica1"),
            changed: convergesOverOthers,
        });
    });

    it("when a master is renamed: of those that follow it the files, no server", async () => {
        const followers = [replica1, replica2].map((replica) => ({ ...replica, replicaOf: "main" }));
        assert.deepEqual(await change({ nodes: [{ ...master, name: "main", formerly: ["master"] }, ...followers] }), {
            added: parts("main"),
            gone: parts("master"),
            changed: { ...each(["replica1", "replica2"], "-files", ["uploads"]), ...convergesOverOthers },
        });
    });

    it("when a password is given: files, no server", async () => {
        assert.deepEqual(await change({ passwords: { default: "given-password-of-default" } }), {
            added: [],
            gone: ["Stash::cache-password-default"],
            changed: { ...each(nodes, "-files", ["uploads"]), "Command::cache-converge": ["environment"] },
        });
    });

    it("when data is not to be kept any more: what Pulumi does with data volumes once they go", async () => {
        const volumes = nodes.map((name) => [`Volume::cache-local-${name}-data`, ["retainondelete"]]);
        assert.deepEqual(await change({ data: "delete" }), {
            added: [],
            gone: [],
            changed: { ...Object.fromEntries(volumes), ...converges },
        });
    });

    it("when a cluster gets a shard, or a replica for each: nothing of the others", async () => {
        const before = await deployed(sharded);
        const grown = (changed: Partial<typeof cluster>) =>
            deployed({ ...sharded, cluster: { ...cluster, ...changed } });
        assert.deepEqual(difference(before, await grown({ shards: 4 })), {
            added: [...parts("shard4-1"), ...parts("shard4-2")].sort(),
            gone: [],
            changed: convergesOverOthers,
        });
        assert.deepEqual(difference(before, await grown({ replicasPerShard: 2 })), {
            added: ["shard1-3", "shard2-3", "shard3-3"].flatMap(parts).sort(),
            gone: [],
            changed: convergesOverOthers,
        });
    });
});
