import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Persistence } from "../../redis/declaration/arguments";
import { passwords, TestTree } from "./replicationServers";
import { onEveryVersion } from "./servers";

/** From each way of keeping data to each other one. */
const journey: Persistence[] = [
    ..."aof rdb aof aof+rdb aof none rdb aof+rdb rdb none aof+rdb none aof".split(" "),
] as Persistence[];
const base = 400;

onEveryVersion("a changed way of keeping data", (box) => {
    let tree: TestTree;
    beforeEach(() => {
        tree = new TestTree(box());
    });
    afterEach(() => tree.end());

    const declare = (persistence: Persistence, settings = {}) =>
        tree.declare({ a: undefined }, { settings: { appendfsync: "always", ...settings } }, { a: { persistence } });
    const live = async (name: string): Promise<string> =>
        ((await tree.admin("a").config("GET", name)) as string[])[1] ?? "";
    /** Has children take their time, in microseconds for each key, so that kills meet them. */
    const slow = (delay: number) => tree.admin("a").config("SET", "rdb-key-save-delay", delay);

    /** Writes numbers as long as it can; answers the last one that was acknowledged. */
    function writer(): { end: () => Promise<number> } {
        const client = tree.server("a").connect({
            username: "administrator",
            password: passwords.administrator,
            retryStrategy: () => null,
        });
        let running = true;
        let last = 0;
        const loop = (async () => {
            for (let value = 1; running; value++) {
                if (!(await client.set("last", value).catch(() => undefined))) return;
                last = value;
            }
        })();
        return {
            end: async () => {
                running = false;
                client.disconnect();
                await loop;
                return last;
            },
        };
    }

    it("keeps what was on disk before and is to be after, killed at any moment", async () => {
        await declare("aof");
        await tree.startAll();
        await tree.converge();
        for (const [index, after] of journey.slice(1).entries()) {
            const before = journey[index] ?? "none";
            const way = `${before} -> ${after}`;
            const client = tree.admin("a");
            await client.flushall();
            const keys = Array.from({ length: base }, (_, key) => [`${way}:${key}`, String(key)]).flat();
            await client.mset(keys);
            if (before === "rdb") await client.save();
            await declare(after);
            await slow(300);
            const writing = writer();
            const changing = tree.converge().catch(() => undefined);
            await sleep(Math.random() * 500);
            const { folder } = tree.server("a");
            await tree.kill("a");
            const acknowledged = await writing.end();
            const written = await box().shell(`cat ${folder}/data/redis.conf`);
            await tree.start("a");
            const again = tree.admin("a");
            if (before !== "none" && after !== "none")
                assert.equal((await again.dbsize()) >= base, true, `${way}: ${await again.dbsize()} keys`);
            const logged = before.includes("aof") && /^appendonly yes/m.test(written);
            if (logged) assert.ok(Number(await again.get("last")) >= acknowledged, `${way}: lost acknowledged writes`);
            await changing;
            await tree.converge();
            assert.equal(await live("appendonly"), after.includes("aof") ? "yes" : "no", way);
            assert.equal((await live("save")) !== "", after.includes("rdb"), way);
            assert.deepEqual(await tree.plan(), [], way);
        }
    });
});
