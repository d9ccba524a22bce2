import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { DeploymentArguments } from "../../redis/declaration/arguments";
import { passwords, TestTree } from "./replicationServers";
import { freePort, onEveryVersion } from "./servers";

const star = { a: undefined, b: "a", c: "a" };

onEveryVersion("Sentinels", (box) => {
    let tree: TestTree;
    let sentinels: { name: string; port: number }[];

    beforeEach(async () => {
        tree = new TestTree(box());
        sentinels = [];
        for (const name of ["s1", "s2", "s3"]) sentinels.push({ name, port: await freePort() });
    });
    afterEach(() => tree.end());

    async function up(
        shape: Record<string, string | undefined> = star,
        options: Partial<DeploymentArguments> = {},
    ): Promise<void> {
        const sentinel = { downAfterMilliseconds: 1000, ...options.sentinel };
        await tree.declare(shape, { topology: "sentinel", sentinels, ...options, sentinel });
        await tree.startAll();
        await tree.converge();
        assert.deepEqual(await tree.plan(), [], "a second look found something to do");
    }

    /** What the Sentinels say the master is, one line if they agree. */
    async function named(): Promise<string[]> {
        const answers = await Promise.all(
            sentinels.map(({ name }) => tree.admin(name).call("sentinel", "get-master-addr-by-name", "main")),
        );
        return [...new Set(answers.map((answer) => (answer as string[]).join(":")))];
    }
    const address = (name: string) => `127.0.0.1:${tree.at(name).port}`;

    /** An application's client, which asks Sentinels for the master. */
    function client(): Redis {
        const redis = new Redis({
            sentinels: sentinels.map(({ port }) => ({ host: "127.0.0.1", port })),
            name: "main",
            password: passwords.default,
            sentinelUsername: "discovery",
            sentinelPassword: passwords.discovery,
        });
        redis.on("error", () => undefined);
        return redis;
    }

    async function write(
        redis: Redis,
        running: () => boolean,
    ): Promise<{ acknowledged: number[]; errors: number; gap: number }> {
        const acknowledged: number[] = [];
        let [errors, gap, last] = [0, 0, performance.now()];
        for (let number = 0; running(); number++) {
            try {
                await redis.set(`key:${number}`, number);
                acknowledged.push(number);
                gap = Math.max(gap, performance.now() - last);
                last = performance.now();
                await sleep(1);
            } catch {
                errors++;
            }
        }
        redis.disconnect();
        return { acknowledged, errors, gap };
    }

    async function lost(numbers: number[], node: string): Promise<number[]> {
        const values = await tree.admin(node).mget(numbers.map((number) => `key:${number}`));
        return numbers.filter((_, index) => values[index] === null);
    }

    it("watch one master, know each other and have a quorum; the second look changes nothing", async () => {
        await up();
        assert.deepEqual(await named(), [address("a")]);
        const steps = tree.lines.length;
        await tree.converge();
        assert.equal(tree.lines.length, steps + 1, "something was done again");
    });

    it("promote a replica when the master is killed, and up leaves the master where it is", async () => {
        await up();
        const redis = client();
        let running = true;
        const writing = write(redis, () => running);
        await sleep(300);
        await tree.kill("a");
        // A client may ask a Sentinel that has not heard of the failover yet: until all have, a is not to come back as a master.
        const haveHeard = (masters: string[]) => masters.length === 1 && masters[0] !== address("a");
        for (let tries = 0; tries < 600 && !haveHeard(await named()); tries++) await sleep(50);
        await sleep(500);
        await tree.start("a");
        await up();
        assert.notDeepEqual(await named(), [address("a")]);
        assert.equal((await tree.info("a")).role, "slave");
        running = false;
        const { acknowledged } = await writing;
        const [master = ""] = await named();
        const node = ["b", "c"].find((name) => address(name) === master) ?? "";
        assert.deepEqual(await lost(acknowledged, node), []);
        assert.equal(
            tree.lines.some((line) => /hand over|make it the master \(it holds/.test(line)),
            false,
        );
    });

    it("hand over to another declared master without an error or a lost write", async () => {
        await up();
        const redis = client();
        let running = true;
        const writing = write(redis, () => running);
        await sleep(300);
        for (const master of ["b", "c", "a"]) {
            await up(Object.fromEntries(["a", "b", "c"].map((name) => [name, name === master ? undefined : master])));
            assert.deepEqual(await named(), [address(master)]);
        }
        running = false;
        const { acknowledged, errors } = await writing;
        assert.equal(errors, 0);
        assert.deepEqual(await lost(acknowledged, "a"), []);
    });

    /** Runs a script in the box as soon as a failover has begun, whose steps are a tenth of a second apart. */
    async function onceFailingOver(script: string): Promise<string> {
        const [last] = sentinels.slice(-1);
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
        await up(star, { sentinel });
        const redis = client();
        let running = true;
        const writing = write(redis, () => running);
        const pid = (await tree.info("b")).process_id;
        const stopped = onceFailingOver(`kill -STOP ${pid}; sleep 16; kill -CONT ${pid}`);
        await Promise.all([stopped, up({ b: undefined, a: "b", c: "b" }, { sentinel })]);
        assert.deepEqual(await named(), [address("b")]);
        running = false;
        const { acknowledged } = await writing;
        assert.deepEqual(await lost(acknowledged, "b"), []);
    });

    it("lose no write when the next master comes back empty while it is promoted", async () => {
        const sentinel = { failoverTimeout: 5000 };
        await up(star, { sentinel });
        const redis = client();
        let running = true;
        const writing = write(redis, () => running);
        const pid = (await tree.info("b")).process_id;
        const { folder } = tree.server("b");
        const wiped = onceFailingOver(
            `kill -9 ${pid}; while kill -0 ${pid} 2>/dev/null; do :; done
            rm -rf ${folder}/data; mkdir ${folder}/data; sh ${folder}/start`,
        );
        await Promise.all([wiped, up({ b: undefined, a: "b", c: "b" }, { sentinel })]);
        running = false;
        const { acknowledged } = await writing;
        assert.deepEqual(await lost(acknowledged, "b"), []);
    });

    it("are told changed settings, and keep them over a restart", async () => {
        await up();
        await up(star, { sentinel: { downAfterMilliseconds: 2500, quorum: 3 } });
        for (const { name } of sentinels) {
            await tree.kill(name);
            await tree.start(name);
        }
        await up(star, { sentinel: { downAfterMilliseconds: 2500, quorum: 3 } });
        assert.equal(tree.lines.filter((line) => line.includes("2500")).length, 3);
    });

    it("sign in with new passwords when they and the servers come up again on their data", async () => {
        // A busy machine takes more than a second to start them all, in which Sentinels would promote another server.
        const sentinel = { downAfterMilliseconds: 20_000 };
        await up(star, { sentinel });
        const odd = `new "sentinel's" \\ $(password) \\n # 'é`;
        for (const [round, newest] of [odd, "newest-sentinel"].entries()) {
            // On a busy machine Sentinels that see the master go, or not come yet, promote another one.
            for (const { name } of [...tree.all].reverse()) await tree.kill(name);
            const others = Object.entries(passwords).map(([user, password]) => [user, `${password}-${round}`]);
            tree.passwords = { ...Object.fromEntries(others), sentinel: newest };
            await Promise.all(Object.keys(star).map((name) => tree.start(name)));
            await up(star, { sentinel });
            assert.deepEqual(await named(), [address("a")]);
        }
    });

    it("start also when they last watched a master by a name that is gone, and are told the address", async () => {
        await up();
        for (const { name } of sentinels) {
            const { folder } = tree.server(name);
            await tree.kill(name);
            const rename = "s/^sentinel monitor main [^ ]*/sentinel monitor main gone.invalid/";
            await box().shell(`sed -i '${rename}' ${folder}/data/sentinel.conf`);
        }
        await up();
        assert.deepEqual(await named(), [address("a")]);
    });

    it("forget a replica and a Sentinel that leave, and find a new one", async () => {
        await up();
        sentinels.splice(2, 1, { name: "s4", port: await freePort() });
        await up({ a: undefined, b: "a" });
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
        await tree.declare(star, { topology: "sentinel", sentinels, sentinel }, { a: { persistence: "none" } });
        await tree.startAll();
        await tree.converge();
        await tree.admin("a").set("key:1", "1");
        await tree.admin("a").wait(2, 1000);
        await tree.kill("a");
        await tree.start("a");
        if (long) {
            await sleep(8_500);
            // For Sentinel that is ten times this: then it promotes nobody, nor when it is asked to.
            for (const { name } of sentinels) {
                await tree.admin(name).call("sentinel", "set", "main", "down-after-milliseconds", "800");
            }
        }
        await tree.converge();
        assert.match(tree.lines.join("\n"), /a: hand over to [bc] through Sentinel, a came up empty/);
        const [master = ""] = await named();
        const node = ["a", "b", "c"].find((name) => address(name) === master) ?? "";
        assert.deepEqual(await lost([1], node), []);
        assert.deepEqual(await tree.plan(), []);
    }
});
