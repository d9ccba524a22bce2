import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Connections } from "../../reconcile/redis/connections";
import { writeRefusals } from "../../redis/state/writeRefusals";
import { fill, TestTree } from "./replicationServers";
import { onEveryVersion } from "./servers";

onEveryVersion("A master that takes no writes", (box) => {
    let tree: TestTree;

    beforeEach(() => {
        tree = new TestTree(box());
    });
    afterEach(() => tree.end());

    async function seen(): Promise<string[]> {
        const connections = new Connections(tree.passwords.administrator);
        try {
            return writeRefusals(await tree.look(tree.model, connections));
        } finally {
            connections.close();
        }
    }
    const answer = () =>
        tree
            .admin("a")
            .set("key", "value")
            .catch((error: Error) => error.message);

    it("is seen without a write when it is full, and convergence succeeds; not when it may hold more", async () => {
        const declare = (maxmemory: string) => tree.declare({ a: undefined, b: "a" }, { settings: { maxmemory } });
        await declare("100mb");
        await tree.startAll();
        await tree.converge();
        assert.deepEqual(await seen(), []);
        await fill(tree, 20);
        await declare("8mb");
        const { verified } = await tree.converge();
        assert.match(verified, /^a refuses writes: OOM/);
        assert.match(await answer(), /^OOM/);
        const [sentence = "", ...others] = await seen();
        assert.match(
            sentence,
            /^a refuses writes: OOM: it holds [\d.]+ MiB of maxmemory 8\.0 MiB, and noeviction evicts/,
        );
        assert.deepEqual(others, []);
        await declare("100mb");
        await tree.converge();
        assert.deepEqual([await answer(), await seen()], ["OK", []]);
    });

    it("is seen without a write when its snapshot fails; not after one was written", async () => {
        await tree.declare({ a: undefined }, {}, { a: { persistence: "rdb" } });
        await tree.startAll();
        await tree.converge();
        // Nothing can take the place of a folder.
        const file = `${tree.server("a").folder}/data/dump.rdb`;
        await box().shell(`rm -f ${file}; mkdir ${file}`);
        const save = async (outcome: string) => {
            await tree.admin("a").bgsave();
            while ((await tree.info("a")).rdb_last_bgsave_status !== outcome) await sleep(20);
        };
        await save("err");
        assert.match(await answer(), /^MISCONF/);
        const [sentence = ""] = await seen();
        assert.match(sentence, /^a refuses writes: MISCONF: its last snapshot could not be written/);
        await box().shell(`rmdir ${file}`);
        await save("ok");
        assert.deepEqual([await answer(), await seen()], ["OK", []]);
    });
});
