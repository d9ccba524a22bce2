import assert from "node:assert/strict";
import { pairs } from "../../reconcile/redis/read";
import { TestTree } from "./replicationServers";
import { onEveryVersion } from "./servers";

const shape = { a: undefined, b: "a" };
const declared = {
    timeout: 300,
    maxclients: 500,
    "client-output-buffer-limit": "pubsub 64mb 16mb 90",
    "notify-keyspace-events": "KEA",
    "oom-score-adj-values": "0 300 900",
    "latency-tracking-info-percentiles": "50",
    "lazyfree-lazy-expire": true,
};

onEveryVersion("settings that are not declared", (box) => {
    let tree: TestTree;

    beforeEach(async () => {
        tree = new TestTree(box());
        tree.defaults = pairs((await (await box().start()).connect().config("GET", "*")) as string[]);
    });
    afterEach(() => tree.end());

    async function up(settings: Record<string, string | number | boolean>): Promise<void> {
        await tree.declare(shape, { settings });
        await tree.startAll();
        await tree.converge();
        assert.deepEqual(await tree.plan(), [], "a second look found something to do");
    }

    const live = async (name: string): Promise<Record<string, string>> =>
        pairs((await tree.admin(name).config("GET", "*")) as string[]);

    it("go back to the server's defaults, said beforehand, on every server that has others", async () => {
        await up(declared);
        assert.equal((await live("b")).timeout, "300");
        await tree.declare(shape, { settings: { timeout: 60 } });
        // By hand, and never declared.
        await tree.admin("b").config("SET", "slowlog-max-len", "7");
        const foreseen = (await tree.plan()).join("\n");
        assert.match(foreseen, /^a: set timeout 300 -> 60/m);
        const clients = `^b: .*maxclients 500 -> ${tree.defaults?.maxclients} \\(its default; it is not declared\\)`;
        assert.match(foreseen, new RegExp(clients, "m"));
        assert.match(foreseen, /^b: .*slowlog-max-len 7 -> 128 \(its default/m);
        assert.match(foreseen, /notify-keyspace-events \w+ -> \(empty\) \(its default/);
        await tree.converge();
        assert.deepEqual(await tree.plan(), []);
        for (const node of ["a", "b"]) {
            const values = await live(node);
            assert.equal(values.timeout, "60");
            const names = [...Object.keys(declared), "slowlog-max-len"].filter((name) => name !== "timeout");
            for (const name of names) assert.equal(values[name], tree.defaults?.[name], `${node}: ${name}`);
        }
    });

    it("stay as they are where the server's defaults are not known", async () => {
        await up(declared);
        tree.defaults = undefined;
        await up({});
        assert.equal((await live("a")).timeout, "300");
    });

    it("are read back once: another value is an error, and is not set again", async () => {
        await up({});
        // Past the validation, which knows this bound.
        for (const node of tree.model.nodes) node.settings = { ...node.settings, hz: 99_999 };
        const lines = tree.lines.length;
        await assert.rejects(tree.converge(), /^Error: a: hz was set to 99999 and is read back as 500/);
        assert.equal(tree.lines.length - lines, 1);
    });
});
