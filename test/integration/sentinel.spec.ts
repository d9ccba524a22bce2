import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { passwords } from "./replicationServers";
import { onEveryVersion } from "./servers";
import { star, WatchedTree, write } from "./watchedServers";

onEveryVersion("Sentinels", (box) => {
    let tree: WatchedTree;

    beforeEach(async () => {
        tree = await WatchedTree.create(box());
    });
    afterEach(() => tree.end());

    it("watch one master, know each other and have a quorum; the second look changes nothing", async () => {
        await tree.up();
        assert.deepEqual(await tree.named(), [tree.address("a")]);
        const steps = tree.lines.length;
        await tree.converge();
        assert.equal(tree.lines.length, steps + 1, "something was done again");
    });

    it("promote a replica when the master is killed, and up leaves the master where it is", async () => {
        await tree.up();
        const redis = tree.client();
        let running = true;
        const writing = write(redis, () => running);
        await sleep(300);
        await tree.kill("a");
        // A client may ask a Sentinel that has not heard of the failover yet: until all have, a is not to come back as a master.
        const haveHeard = (masters: string[]) => masters.length === 1 && masters[0] !== tree.address("a");
        for (let tries = 0; tries < 600 && !haveHeard(await tree.named()); tries++) await sleep(50);
        await sleep(500);
        await tree.start("a");
        await tree.up();
        assert.notDeepEqual(await tree.named(), [tree.address("a")]);
        assert.equal((await tree.info("a")).role, "slave");
        running = false;
        const { acknowledged } = await writing;
        const [master = ""] = await tree.named();
        const node = ["b", "c"].find((name) => tree.address(name) === master) ?? "";
        assert.deepEqual(await tree.lost(acknowledged, node), []);
        assert.equal(
            tree.lines.some((line) => /hand over|make it the master \(it holds/.test(line)),
            false,
        );
    });

    it("hand over to another declared master without an error or a lost write", async () => {
        await tree.up();
        const redis = tree.client();
        let running = true;
        const writing = write(redis, () => running);
        await sleep(300);
        for (const master of ["b", "c", "a"]) {
            await tree.up(
                Object.fromEntries(["a", "b", "c"].map((name) => [name, name === master ? undefined : master])),
            );
            assert.deepEqual(await tree.named(), [tree.address(master)]);
        }
        running = false;
        const { acknowledged, errors } = await writing;
        assert.equal(errors, 0);
        assert.deepEqual(await tree.lost(acknowledged, "a"), []);
    });

    it("are told changed settings, and keep them over a restart", async () => {
        await tree.up();
        await tree.up(star, { sentinel: { downAfterMilliseconds: 2500, quorum: 3 } });
        for (const { name } of tree.watchers) {
            await tree.kill(name);
            await tree.start(name);
        }
        await tree.up(star, { sentinel: { downAfterMilliseconds: 2500, quorum: 3 } });
        assert.equal(tree.lines.filter((line) => line.includes("2500")).length, 3);
    });

    it("sign in with new passwords when they and the servers come up again on their data", async () => {
        // A busy machine takes more than a second to start them all, in which Sentinels would promote another server.
        const sentinel = { downAfterMilliseconds: 20_000 };
        await tree.up(star, { sentinel });
        const odd = `new "sentinel's" \\ $(password) \\n # 'é`;
        for (const [round, newest] of [odd, "newest-sentinel"].entries()) {
            // On a busy machine Sentinels that see the master go, or not come yet, promote another one.
            for (const { name } of [...tree.all].reverse()) await tree.kill(name);
            const others = Object.entries(passwords).map(([user, password]) => [user, `${password}-${round}`]);
            tree.passwords = { ...Object.fromEntries(others), sentinel: newest };
            await Promise.all(Object.keys(star).map((name) => tree.start(name)));
            await tree.up(star, { sentinel });
            assert.deepEqual(await tree.named(), [tree.address("a")]);
        }
    });

    it("start also when they last watched a master by a name that is gone, and are told the address", async () => {
        await tree.up();
        for (const { name } of tree.watchers) {
            const { folder } = tree.server(name);
            await tree.kill(name);
            const rename = "s/^sentinel monitor main [^ ]*/sentinel monitor main gone.invalid/";
            await box().shell(`sed -i '${rename}' ${folder}/data/sentinel.conf`);
        }
        await tree.up();
        assert.deepEqual(await tree.named(), [tree.address("a")]);
    });
});
