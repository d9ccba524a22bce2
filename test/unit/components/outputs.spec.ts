import assert from "node:assert/strict";
import { local } from "@pulumi/command";
import { deployed, deployment, host, kept, node, replication, resource, tree } from "./deployed";

const receipt = { slots: { "shard1-1": "0-8191", "shard2-1": "8192-16383" }, steps: [], verified: "" };

/** As {@link kept}, with what the convergence has written. */
const converged = (type: string, name: string) =>
    type === "command:local:Command" ? { stdout: JSON.stringify(receipt) } : kept(type, name);

/** What Pulumi takes a value for that is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("The outputs of components", () => {
    it("say how to reach a deployment, its passwords as secrets", async () => {
        const { outputs = {} } = resource(await deployed(tree), deployment, "cache");
        assert.deepEqual(Object.keys(outputs).sort(), ["connect", "endpoints", "password", "passwords"]);
        assert.deepEqual(outputs.endpoints, [
            { name: "master", host: "127.0.0.1", port: 6379 },
            { name: "replica1", host: "127.0.0.1", port: 6380 },
            { name: "replica2", host: "127.0.0.1", port: 6381 },
        ]);
        assert.equal((outputs.connect as { url: string }).url, "redis://default@127.0.0.1:6379");
        assert.deepEqual(outputs.password, { secret: "cache-password-default-value" });
        assert.deepEqual(outputs.passwords, { secret: { default: "cache-password-default-value" } });
    });

    it("name the first declared user's password, given or generated", async () => {
        const users = [{ name: "app" }, { name: "reader" }];
        const inputs = { ...tree, users, passwords: { app: "given-password-of-app" } };
        const { outputs = {} } = resource(await deployed(inputs), deployment, "cache");
        assert.deepEqual(outputs.password, { secret: "given-password-of-app" });
        const reader = "cache-password-reader-value";
        assert.deepEqual(outputs.passwords, { secret: { app: "given-password-of-app", reader } });
    });

    it("say only passwords later that another resource has yet to make", async () => {
        const inputs = () => ({ ...tree, passwords: { default: new local.Command("maker", { create: "x" }).stdout } });
        const { outputs = {} } = resource(await deployed(inputs), deployment, "cache");
        assert.deepEqual([outputs.password, outputs.passwords], [unknown, unknown]);
        assert.equal((outputs.endpoints as object[]).length, 3);
    });

    it("say the slots of a cluster's shards", async () => {
        const inputs = {
            topology: "cluster",
            image: "redis:8.0.2",
            cluster: { shards: 3, replicasPerShard: 0, firstPort: 7000 },
        } as const;
        const all = await deployed(inputs, converged);
        for (const type of [deployment, "redis-on-docker:index:Cluster"])
            assert.deepEqual(resource(all, type, "cache").outputs?.slots, receipt.slots);
    });

    it("say what a node is on its host, and what a host is to the deployment", async () => {
        const all = await deployed(tree);
        const { outputs } = resource(all, node, "cache-local-replica1");
        assert.deepEqual(outputs, {
            node: "replica1",
            host: "local",
            address: "127.0.0.1",
            port: 6380,
            container: "cache-replica1",
            dataVolume: "cache-replica1-data",
        });
        const onHost = resource(all, host, "cache-local");
        assert.deepEqual(onHost.outputs, { host: "local", address: "127.0.0.1", network: "cache-network" });
    });

    it("say who the master of a tree is, and below Sentinels only what these watch", async () => {
        const plain = await deployed(tree);
        assert.deepEqual(resource(plain, replication, "cache").outputs, { master: "master" });

        const sentinels = [1, 2, 3].map((number) => ({ name: `sentinel${number}`, port: 26378 + number }));
        const watched = await deployed({ ...tree, topology: "sentinel", sentinels, sentinel: { name: "main" } });
        assert.deepEqual(resource(watched, replication, "cache").outputs, {});
        assert.deepEqual(resource(watched, "redis-on-docker:index:Sentinels", "cache").outputs, {
            master: "main",
            quorum: 2,
            endpoints: sentinels.map((sentinel) => ({ ...sentinel, host: "127.0.0.1" })),
        });
    });

    it("say that another server stands in for a master on a host that drains", async () => {
        const hosts = ["a", "b"].map((name, index) => ({
            name,
            docker: `ssh://ops@192.0.2.1${index}`,
            address: `192.0.2.1${index}`,
            ...(name === "a" ? { state: "draining" as const } : {}),
        }));
        const nodes = [
            { name: "master", host: "a", port: 6379 },
            { name: "replica", host: "b", port: 6379, replicaOf: "master" },
        ];
        const standIn = (type: string, name: string) =>
            type === "command:local:Command" ? { stdout: JSON.stringify({ standIn: "replica" }) } : kept(type, name);
        const all = await deployed({ image: "redis:8.0.2", hosts, nodes }, standIn);
        assert.deepEqual(resource(all, replication, "cache").outputs, { master: "replica" });
        const { outputs = {} } = resource(all, deployment, "cache");
        assert.equal((outputs.endpoints as { name: string }[])[0]?.name, "replica");
    });
});
