import assert from "node:assert/strict";
import { TestCluster } from "./clusterServers";
import { Writer } from "./clusterWriter";
import { type Shape, TestTree } from "./replicationServers";
import { type Box, onVersion } from "./servers";

/** A tree whose servers move to other hosts: the new one has the name, and the old one leaves under it and its host's. */
class MovingTree extends TestTree {
    async move(shape: Shape, ...names: string[]): Promise<void> {
        const lines: Record<string, object> = {};
        for (const name of names) {
            const { past, running, folders } = this;
            for (const known of [past, running, folders] as Map<string, unknown>[]) {
                known.set(`${name}@old`, known.get(name));
                known.delete(name);
            }
            const node = past.get(`${name}@old`);
            if (node) past.set(`${name}@old`, { ...node, name: `${name}@old` });
            lines[name] = { port: await this.portOf(`${name}@new`) };
        }
        await this.declare(shape, {}, lines);
        await this.startAll();
    }
}

onVersion("8.0", "a server that moves to another host while clients write", (box: () => Box) => {
    const trees: { title: string; shape: Shape; moved: string[] }[] = [
        { title: "the master of two", shape: { a: undefined, b: "a", c: "a" }, moved: ["a"] },
        { title: "a master that is alone", shape: { a: undefined }, moved: ["a"] },
        { title: "the middle of a chain", shape: { a: undefined, b: "a", c: "b" }, moved: ["b"] },
        { title: "all of a tree", shape: { a: undefined, b: "a", c: "a" }, moved: ["a", "b", "c"] },
    ];
    for (const { title, shape, moved } of trees) {
        it(`${title}: the new one has everything before the old one goes`, async () => {
            const tree = new MovingTree(box());
            try {
                await tree.declare(shape);
                await tree.startAll();
                await tree.converge();
                const ledger = tree.ledger();
                await ledger.start();
                await tree.move(shape, ...moved);
                await tree.converge();
                for (const name of moved) await tree.kill(`${name}@old`);
                await ledger.stop();
                assert.ok(ledger.acknowledged.length > 20);
                for (const { reach } of tree.model.nodes) assert.deepEqual(await ledger.lost(reach), []);
                assert.deepEqual(await tree.plan(), []);
                assert.match(tree.lines.join("\n"), moved.includes("a") ? /a@old: hand over to a,/ : /follow b/);
            } finally {
                await tree.end();
            }
        });
    }

    /** Brings a cluster up, and writes to it. */
    async function begin(cluster: TestCluster): Promise<Writer> {
        await cluster.startAll();
        await cluster.converge();
        const writer = new Writer(cluster.client());
        await writer.more(100);
        return writer;
    }

    for (const moved of [["shard1-1"], ["shard1-1", "shard1-2"]]) {
        it(`${moved.join(" and ")} of a cluster: the old ones leave when they own nothing`, async () => {
            const cluster = await TestCluster.create(box());
            try {
                const writer = await begin(cluster);
                cluster.move(...moved);
                await cluster.startAll();
                await cluster.converge();
                await writer.more(50);
                for (const name of moved) await cluster.kill(`${name}@old`);
                assert.deepEqual(await cluster.differences(), []);
                assert.deepEqual(await writer.lost(), []);
            } finally {
                await cluster.end();
            }
        });
    }

    it("a cluster that was down, with all of its addresses: it goes on with its data", async () => {
        const cluster = await TestCluster.create(box());
        try {
            const writer = await begin(cluster);
            await writer.stop();
            const names = cluster.model.nodes.map(({ name }) => name);
            const folders = new Map<string, string>();
            for (const name of names) folders.set(name, await cluster.kill(name));
            cluster.replace(...names);
            await Promise.all(names.map((name) => cluster.start(name, folders.get(name))));
            await cluster.converge();
            assert.deepEqual(await cluster.differences(), []);
            const client = cluster.client();
            const values = await Promise.all(writer.acknowledged.map((key) => client.get(key)));
            assert.ok(values.every((value) => value !== null));
        } finally {
            await cluster.end();
        }
    });
});
