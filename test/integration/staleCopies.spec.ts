import assert from "node:assert/strict";
import { TestTree } from "./replicationServers";
import { onEveryVersion } from "./servers";

onEveryVersion("a machine that starts anew", (box) => {
    let tree: TestTree;
    beforeEach(() => {
        tree = new TestTree(box());
    });
    afterEach(() => tree.end());

    it("gets its data back from the log of a replica, not from what an old synchronisation left on another one", async () => {
        const keeps = (persistence: string) => ({ persistence });
        const lines = { a: keeps("none"), b: keeps("none"), c: keeps("aof") };
        await tree.declare({ a: undefined, c: "a" }, {}, lines);
        await tree.startAll();
        await tree.converge();
        const client = tree.admin("a");
        const written = 500;
        for (let key = 0; key < 20; key++) await client.set(`key:${key}`, key);
        // Its synchronisation leaves a file with the first keys.
        await tree.declare({ a: undefined, b: "a", c: "a" }, {}, lines);
        await tree.startAll();
        await tree.converge();
        for (let key = 0; key < written; key++) await client.set(`key:${key}`, key);
        assert.equal(await client.wait(2, 5_000), 2);

        for (const name of ["a", "b", "c"]) await tree.kill(name);
        await tree.startAll();
        await tree.converge();

        for (const name of ["a", "b", "c"]) assert.equal(await tree.admin(name).dbsize(), written, name);
    });
});
