import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { reconnect } from "../../reconcile/replication/reconnect";
import { fill, TestTree, watchSynchronisations } from "./replicationServers";
import { onEveryVersion } from "./servers";

const star = { a: undefined, b: "a", c: "a" };
const starOf: Record<string, typeof star | Record<string, string | undefined>> = {
    a: star,
    b: { b: undefined, a: "b", c: "b" },
    c: { c: undefined, a: "c", b: "c" },
};
/** Each node as the head of a chain, the others in turn below it. */
const chainOf: Record<string, Record<string, string | undefined>> = {
    a: { a: undefined, b: "a", c: "b" },
    b: { b: undefined, c: "b", a: "c" },
    c: { c: undefined, a: "c", b: "a" },
};

onEveryVersion("replication trees", (box) => {
    let tree: TestTree;

    beforeEach(() => {
        tree = new TestTree(box());
    });
    afterEach(() => tree.end());

    async function up(shape: Record<string, string | undefined>, lines: Record<string, object> = {}): Promise<void> {
        await tree.declare(shape, {}, lines);
        await tree.startAll();
        await tree.converge();
        assert.deepEqual(await tree.plan(), [], "a second look found something to do");
    }

    it("attach new replicas one at a time, from the master outwards", async () => {
        await up({ a: undefined, b: "a", c: "a", d: "b", e: "d" });
        const order = tree.lines.flatMap((line) => /^(\w): follow/.exec(line)?.[1] ?? []);
        assert.deepEqual(order.slice(0, 2), ["b", "c"]);
        assert.ok(order.indexOf("d") > order.indexOf("b") && order.indexOf("e") > order.indexOf("d"), String(order));
        assert.equal((await tree.info("a")).sync_full, "2");
    });

    for (const [name, shapes] of Object.entries({ star: starOf, chain: chainOf })) {
        it(`promote ten times in a row on a ${name}, no acknowledged write lost, no data sent twice`, async () => {
            await up(shapes.a ?? {});
            const ledger = tree.ledger();
            await ledger.start();
            const full = async () =>
                (await Promise.all(["a", "b", "c"].map((node) => tree.info(node)))).map(({ sync_full }) => sync_full);
            const before = await full();
            for (const master of [..."bcabcabcab"]) {
                await up(shapes[master] ?? {});
                assert.equal((await tree.info(master)).role, "master");
            }
            assert.deepEqual(await full(), before, "a server received everything again");
            await ledger.stop();
            assert.deepEqual(await ledger.lost(tree.at("b")), []);
        });
    }

    it("finish a promotion that was killed after each of its steps", async () => {
        await up(chainOf.a ?? {});
        const ledger = tree.ledger();
        await ledger.start();
        for (const [index, master] of ["b", "c", "a"].entries()) {
            await tree.declare(chainOf[master] ?? {});
            let steps = 0;
            await assert.rejects(
                tree.converge(() => {
                    if (steps++ === index) throw new Error("killed");
                }),
                /killed/,
            );
            await up(chainOf[master] ?? {});
        }
        await ledger.stop();
        assert.deepEqual(await ledger.lost(tree.at("a")), []);
    });

    it("remember their roles over a restart of all servers", async () => {
        await up(star);
        await up(starOf.b ?? {});
        await tree.admin("b").set("key", "value");
        await tree.admin("b").wait(2, 1000);
        for (const node of ["a", "b", "c"]) await tree.kill(node);
        await tree.startAll();
        assert.equal((await tree.info("b")).role, "master");
        assert.equal((await tree.info("a")).role, "slave");
        assert.equal(await tree.admin("b").get("key"), "value");
    });

    it("have a replica connect to its master anew that goes on from where it was", async () => {
        await up(star);
        const before = await tree.info("a");
        await reconnect(tree.admin("b"), tree.at("a"));
        await tree.admin("a").set("key", "value");
        assert.equal(await tree.admin("a").wait(2, 5000), 2);
        const { sync_full, sync_partial_ok } = await tree.info("a");
        assert.equal(sync_full, before.sync_full, "it received everything again");
        assert.equal(Number(sync_partial_ok), Number(before.sync_partial_ok) + 1);
        assert.deepEqual(await tree.plan(), []);
    });

    it("let the old master hand over that leaves in the same change", async () => {
        await up(chainOf.a ?? {});
        const ledger = tree.ledger();
        await ledger.start();
        await up({ c: undefined, b: "c" });
        await ledger.stop();
        assert.deepEqual(await ledger.lost(tree.at("c")), []);
        assert.equal((await tree.info("a")).role, "slave");
    });

    it("promote the replica with the most data when the master is dead, and say what may be missing", async () => {
        await up({ a: undefined, b: "a", c: "a", d: "a" });
        await tree.admin("a").set("early", "1");
        await tree.admin("a").wait(3, 1000);
        // b, the declared heir, hears nothing of the last write.
        await tree.admin("b").call("replicaof", "127.0.0.1", "1");
        await tree.admin("a").set("late", "1");
        await tree.admin("a").wait(2, 1000);
        await tree.kill("a");
        tree.giveUp("a");
        await tree.declare({ b: undefined, a: "b", c: "b", d: "b" });
        // The dead server never comes: ended once everything that can be done is done.
        const seenEnough = (line: string) => {
            if (/^[cd]: follow b/.test(line)) throw new Error("seen enough");
        };
        await assert.rejects(tree.converge(seenEnough), /seen enough/);
        assert.equal((await tree.info("b")).role, "master");
        assert.equal(await tree.admin("b").get("late"), "1");
        assert.match(
            tree.lines.join("\n"),
            /[cd]: make it the master \(it holds the data, b has less of it; a is gone: .*what was acknowledged there after .* is missing\)/,
        );
    });

    for (const synchronisations of [1, 2]) {
        it(`give five new replicas their data no more than ${synchronisations} at a time`, async () => {
            await up({ a: undefined });
            await fill(tree, 24);
            await tree.declare({ a: undefined, b: "a", c: "a", d: "a", e: "a", f: "b" }, { synchronisations });
            await tree.startAll();
            const watch = watchSynchronisations(tree, ["a", "b", "c", "d", "e", "f"]);
            await tree.converge();
            const { most, full } = await watch.stop();
            assert.ok(most >= 1, "no synchronisation was seen");
            assert.ok(most <= synchronisations, `${most} ran at the same time`);
            assert.equal(full, 5);
        });
    }

    it("set the replicas aside of a node that receives everything anew, and attach them in turn", async () => {
        await up({ a: undefined, b: "a", c: "b", d: "b", e: "b" });
        await fill(tree, 16);
        await tree.admin("a").wait(1, 5000);
        // Both write for themselves: neither can go on in the other's history.
        await tree.admin("b").call("replicaof", "no", "one");
        await tree.admin("a").set("right", "1");
        await tree.admin("b").set("astray", "1");
        const watch = watchSynchronisations(tree, ["a", "b", "c", "d", "e"]);
        await tree.converge();
        assert.ok((await watch.stop()).most <= 1);
        assert.deepEqual(
            tree.lines.filter((line) => line.includes("set it aside")).map((line) => line[0]),
            ["c", "d", "e"],
        );
        assert.equal(await tree.admin("e").exists("astray"), 0);
        assert.equal(await tree.admin("e").exists("right"), 1);
    });

    it("keep the replicas of a dead node readable, and hang them one higher until it is back", async () => {
        await up(chainOf.a ?? {});
        await tree.admin("a").set("key", "1");
        await tree.admin("a").wait(1, 1000);
        await tree.kill("b");
        assert.equal(await tree.admin("c").get("key"), "1");
        tree.giveUp("b");
        const waiting = tree.converge();
        waiting.catch(() => undefined);
        for (let tries = 0; tries < 200 && (await tree.info("a")).connected_slaves !== "1"; tries++) await sleep(20);
        assert.equal((await tree.info("c")).master_port, String(tree.at("a").port));
        await tree.admin("a").set("key", "2");
        await tree.start("b");
        await waiting;
        assert.equal((await tree.info("c")).master_port, String(tree.at("b").port));
        assert.equal(await tree.admin("c").get("key"), "2");
    });

    it("are converged although a server does not answer in time while it is told something", async () => {
        await up(star);
        await tree.declare(star, { settings: { hz: 20 } });
        const { process_id: pid = "" } = await tree.info("b");
        const signal = (name: string) => execFileSync("docker", ["exec", box().id, "sh", "-c", `kill -${name} ${pid}`]);
        let waking: NodeJS.Timeout | undefined;
        await tree.converge((line) => {
            if (waking || !line.startsWith("b: set hz")) return;
            signal("STOP");
            waking = setTimeout(() => signal("CONT"), 4_000);
        });
        assert.ok(waking, tree.lines.join("\n"));
        assert.deepEqual(await tree.admin("b").config("GET", "hz"), ["hz", "20"]);
        assert.equal(tree.lines.filter((line) => line.startsWith("b: set hz")).length, 1, "it was said again");
    });

    it("end at once where a server refuses a step for good", async () => {
        await up(star);
        await tree.declare(star, { settings: { hz: 20 } });
        await tree.admin("b").call("acl", "setuser", "administrator", "-config|set", "-acl|setuser");
        await assert.rejects(tree.converge(), /NOPERM.*(config\|set|acl\|setuser)/);
    });

    it("keep every key when a master without persistence is killed and comes back empty", async () => {
        const lines = { a: { persistence: "none" } };
        await up(star, lines);
        for (let key = 0; key < 200; key++) await tree.admin("a").set(`key:${key}`, key);
        await tree.admin("a").wait(2, 1000);
        await tree.kill("a");
        await tree.start("a");
        await sleep(1500);
        for (const replica of ["b", "c"]) assert.equal((await tree.info(replica)).db0?.split(",")[0], "keys=200");
        await tree.converge();
        assert.equal((await tree.info("a")).role, "master");
        for (const node of ["a", "b", "c"]) assert.equal((await tree.info(node)).db0?.split(",")[0], "keys=200");
    });

    it("take what a server has that was promoted by hand while the master was away", async () => {
        await up(star);
        await tree.admin("a").set("early", "1");
        await tree.admin("a").wait(2, 1000);
        await tree.kill("a");
        await tree.admin("b").call("replicaof", "no", "one");
        await tree.admin("c").call("replicaof", "127.0.0.1", String(tree.at("b").port));
        await tree.admin("b").set("late", "1");
        await tree.admin("b").wait(1, 3000);
        await tree.start("a");
        await tree.converge();
        assert.equal((await tree.info("a")).role, "master");
        for (const node of ["a", "b", "c"])
            assert.equal(await tree.admin(node).get("late"), "1", `${node} has lost it`);
    });

    it("give mastership back only once the log holds everything, so that a kill right afterwards loses nothing", async () => {
        await up(star);
        const keys = Array.from({ length: 1000 }, (_, key) => [`key:${key}`, "1"]).flat();
        await tree.admin("a").mset(keys);
        await tree.admin("a").wait(2, 1000);
        await tree.kill("a");
        await tree.admin("b").call("replicaof", "no", "one");
        await tree.admin("b").config("REWRITE");
        await tree.admin("c").call("replicaof", "127.0.0.1", String(tree.at("b").port));
        await tree.admin("b").set("late", "1");
        await tree.admin("b").wait(1, 3000);
        await tree.start("a");
        // Its log takes two seconds to be written, in microseconds for each key.
        await tree.admin("a").config("SET", "rdb-key-save-delay", 2000);
        let handed = false;
        const ended = tree.converge((line) => {
            if (handed) throw new Error("handed over");
            handed = /^b: hand over to a/.test(line);
        });
        // Nothing may be left to be said after the handover.
        await ended.catch((error: Error) => assert.match(error.message, /handed over/));
        assert.ok(handed, tree.lines.join("\n"));
        await tree.kill("a");
        await tree.start("a");
        assert.equal((await tree.info("a")).role, "master");
        assert.equal(await tree.admin("a").get("late"), "1", "it came back with the log of before");
    });
});
