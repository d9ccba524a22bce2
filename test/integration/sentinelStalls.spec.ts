import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { passwords } from "./replicationServers";
import { freePort, onVersion } from "./servers";
import { star, WatchedTree, write } from "./watchedServers";

/** What takes its time, and rests on convergence alone: how long it holds writes, and what it asks Sentinels for. */
onVersion("8.0", "Sentinels whose servers stand still, come back empty or leave", (box) => {
    let tree: WatchedTree;

    beforeEach(async () => {
        tree = await WatchedTree.create(box());
    });
    afterEach(() => tree.end());

    /** Runs a script in the box as soon as a failover has begun, whose steps are a tenth of a second apart. */
    async function onceFailingOver(script: string): Promise<string> {
        const [last] = tree.watchers.slice(-1);
        const events = tree
            .server(last?.name ?? "")
            .connect({ username: "administrator", password: passwords.administrator });
        const begun = once(events, "message");
        await events.subscribe("+try-failover");
        await begun;
        return box().shell(script);
    }

    it("lose no write when the next master stands still while it is promoted", async () => {
        // Nobody else is to begin a failover: a busy machine stands still for a second now and then.
        const sentinel = { downAfterMilliseconds: 30_000 };
        await tree.up(star, { sentinel });
        const redis = tree.client();
        let running = true;
        const writing = write(redis, () => running);
        const pid = (await tree.info("b")).process_id;
        const stopped = onceFailingOver(`kill -STOP ${pid}; sleep 16; kill -CONT ${pid}`);
        await Promise.all([stopped, tree.up({ b: undefined, a: "b", c: "b" }, { sentinel })]);
        assert.deepEqual(await tree.named(), [tree.address("b")]);
        running = false;
        const { acknowledged } = await writing;
        assert.deepEqual(await tree.lost(acknowledged, "b"), []);
    });

    it("lose no write when the next master comes back empty while it is promoted", async () => {
        const sentinel = { failoverTimeout: 5000 };
        await tree.up(star, { sentinel });
        const redis = tree.client();
        let running = true;
        const writing = write(redis, () => running);
        const pid = (await tree.info("b")).process_id;
        const { folder } = tree.server("b");
        const wiped = onceFailingOver(
            `kill -9 ${pid}; while kill -0 ${pid} 2>/dev/null; do :; done
            rm -rf ${folder}/data; mkdir ${folder}/data; sh ${folder}/start`,
        );
        await Promise.all([wiped, tree.up({ b: undefined, a: "b", c: "b" }, { sentinel })]);
        running = false;
        const { acknowledged } = await writing;
        assert.deepEqual(await tree.lost(acknowledged, "b"), []);
    });

    it("forget a replica and a Sentinel that leave, and find a new one", async () => {
        await tree.up();
        tree.watchers.splice(2, 1, { name: "s4", port: await freePort() });
        await tree.up({ a: undefined, b: "a" });
        await sleep(3000);
        assert.deepEqual(await tree.plan(), [], "somebody was found again");
        assert.equal((await tree.info("c")).master_link_status, "down");
    });

    for (const long of [false, true]) {
        const since = long ? "long ago" : "a moment ago";
        it(`have a replica promoted when a master without persistence came back empty ${since}`, () =>
            cameBackEmpty(long));
    }

    async function cameBackEmpty(long: boolean): Promise<void> {
        const sentinel = { downAfterMilliseconds: 20_000 };
        await tree.declare(
            star,
            { topology: "sentinel", sentinels: tree.watchers, sentinel },
            { a: { persistence: "none" } },
        );
        await tree.startAll();
        await tree.converge();
        await tree.admin("a").set("key:1", "1");
        await tree.admin("a").wait(2, 1000);
        await tree.kill("a");
        await tree.start("a");
        if (long) {
            await sleep(8_500);
            // For Sentinel that is ten times this: then it promotes nobody, nor when it is asked to.
            for (const { name } of tree.watchers) {
                await tree.admin(name).call("sentinel", "set", "main", "down-after-milliseconds", "800");
            }
        }
        await tree.converge();
        assert.match(tree.lines.join("\n"), /a: hand over to [bc] through Sentinel, a came up empty/);
        const [master = ""] = await tree.named();
        const node = ["a", "b", "c"].find((name) => tree.address(name) === master) ?? "";
        assert.deepEqual(await tree.lost([1], node), []);
        assert.deepEqual(await tree.plan(), []);
    }
});
