import assert from "node:assert/strict";
import { Application, clusterCheck } from "../e2e/application";
import { Hosts, type Line } from "../e2e/hosts";
import { Project, type Stack } from "../e2e/project";
import { Writer } from "../integration/clusterWriter";
import { images } from "../integration/servers";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 900_000;

describe("A cluster over three hosts, Redis 8.0", function () {
    this.timeout(patience);
    let hosts: Hosts;
    let project: Project;
    let stack: Stack;
    let application: Application;

    /** The first three hosts, with some lines written otherwise; the fourth is a machine to put in another's place. */
    const declare = (...changed: Line[]) => {
        const lines = hosts.declared().slice(0, 3);
        return stack.write({
            topology: "cluster",
            image: images["8.0"],
            hosts: lines.map((line) => changed.find(({ name }) => name === line.name) ?? line),
            cluster: { shards: 3, replicasPerShard: 1, firstPort: 6371 },
            data: "delete",
        });
    };
    const line = (name: string): Line => hosts.declared().find((host) => host.name === name) as Line;
    /** Redis replicates without waiting: each of four writers may have had one write on its way from a host that was cut. */
    const noneLostBut4 = async (writer: Writer): Promise<void> => {
        const lost = await writer.lost();
        console.log(`      lost ${lost.length} of ${writer.acknowledged.length} acknowledged writes`);
        assert.ok(lost.length <= 4);
    };

    before(async function () {
        if (Hosts.missing) {
            console.log(`    left out: ${Hosts.missing}`);
            this.skip();
        }
        hosts = await Hosts.create(4, [images["8.0"]]);
        project = await Project.create();
        stack = project.stack();
        await declare();
    });

    after(async () => {
        application?.close();
        hosts?.remove();
        await project?.remove();
    });

    it("is not formed while ports between two hosts are closed, which are named; the next up goes on", async () => {
        const [b, c] = [hosts.host("b"), hosts.host("c")];
        const ports = { "shard2-1": 16_373, "shard1-2": 6372 };
        for (const port of Object.values(ports)) b.close(port, c);
        const created = await stack.up();
        assert.notEqual(created.code, 0);
        const looked = await stack.up();
        for (const { output } of [created, looked]) {
            for (const [node, port] of Object.entries(ports)) {
                const seen = `${node}: expected its (bus )?port ${port} on ${b.address} to accept connections from c, seen`;
                assert.match(output, new RegExp(`${seen} none: open TCP port ${port} of b`));
            }
        }
        assert.match(looked.output, /nothing was touched/);
        for (const port of Object.values(ports)) b.open(port, c);
        await stack.applied();
        application = await Application.of(stack);
    });

    it("has each replica on another host than its master, and a master on each host", async () => {
        const output = await stack.asDeclared();
        assert.doesNotMatch(output, /Beware/);
        const rows = [...output.matchAll(/^(\d) +shard\d-\d +([abc]) +\S+ +(master|replica) /gm)];
        assert.equal(rows.length, 6, output);
        const where = (role: string) => rows.filter((row) => row[3] === role).map((row) => `${row[1]} ${row[2]}`);
        assert.deepEqual(new Set(where("master").map((text) => text.split(" ")[1])).size, 3);
        for (const place of where("replica")) assert.equal(where("master").includes(place), false, output);
    });

    it("is read and written by a client elsewhere through any node", async () => {
        const client = application.client();
        await client.set("name", "mrhelloworld");
        await client.set("bbb", "222");
        for (const first of (await stack.output("endpoints")) as { host: string; port: number }[]) {
            const one = application.client(first);
            assert.deepEqual([await one.get("name"), await one.get("bbb")], ["mrhelloworld", "222"]);
        }
    });

    it("goes on without one of its hosts, and is made whole when that is back", async () => {
        const writer = new Writer(application.client());
        await writer.more(200);
        hosts.host("a").cut();
        await writer.more(200);

        await hosts.host("a").start();
        await stack.applied();
        await stack.asDeclared();
        await writer.more(50);
        await noneLostBut4(writer);
    });

    it("goes on with another machine in the place of a host that is lost for good", async () => {
        const client = application.client();
        const writer = new Writer(client);
        await writer.more(200);
        const cut = performance.now();
        hosts.host("c").cut();
        // Slot 15495, which is of its master.
        await client.set("{a}after", "the cut");
        console.log(`      ${Math.round(performance.now() - cut)} ms from the cut to the first write in its slots`);

        const lost = line("c");
        await declare({ ...line("d"), name: "c" });
        const hasty = await stack.up();
        assert.notEqual(hasty.code, 0);
        assert.match(
            hasty.output,
            /the stack file no longer names it[\s\S]*put it back into the stack file with `state: down`/,
        );
        await declare({ ...lost, state: "down" });
        assert.match(await stack.applied(), /Leaving everything on c as it is/);
        assert.match(await stack.asDeclared(), /shard3-1 +c +\S+ +its host c is declared down/);
        for (const looking of [stack.pulumi("preview"), project.npm("policy", "--stack", stack.name)]) {
            const { code, output } = await looking;
            assert.equal(code, 0, output);
        }

        await declare({ ...line("d"), name: "c" });
        const output = await stack.applied();
        assert.match(output, /c was declared down and is lost for good: forgetting the \d+ resources that it held/);
        assert.match(output, /forget \S+ \(\w+\), which owns nothing and which everybody has given up/);
        assert.match(await stack.asDeclared(), new RegExp(`shard3-1 +c +${line("d").address}:6375 +replica +up`));
        await writer.more(50);
        await noneLostBut4(writer);
        const member = { name: "shard2-1", host: hosts.host("b"), port: 6373 };
        assert.match(await clusterCheck(stack, member, application.password), /All 16384 slots covered/);

        const { resources } = JSON.parse((await stack.pulumi("stack", "export")).output).deployment;
        const held = resources.filter(({ type }: { type: string }) => /docker:/.test(type));
        assert.ok(held.length > 0);
        for (const trace of [lost.docker, lost.address]) assert.equal(JSON.stringify(held).includes(trace), false);
        await stack.applied("--expect-no-changes");
    });

    it("leaves nothing behind when destroyed", async () => {
        const { code, output } = await stack.down();
        assert.equal(code, 0, output);
    });
});
