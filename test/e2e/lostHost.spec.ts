import assert from "node:assert/strict";
import { Writer } from "../integration/clusterWriter";
import { images } from "../integration/servers";
import { Application } from "./application";
import { Hosts, type Line } from "./hosts";
import { Project, type Stack } from "./project";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 900_000;

/**
 * What becomes of a host that is lost for good, and more: test/soak/clusterHosts.spec.ts. Every host of every shape drained and
 * rebooted: test/soak/draining.spec.ts.
 */
describe("A cluster over three hosts, one of them rebooted and another one lost for a while, Redis 8.0", function () {
    this.timeout(patience);
    let hosts: Hosts;
    let project: Project;
    let stack: Stack;
    let writer: Writer;
    let application: Application;

    const declare = (lines: Line[]) =>
        stack.write({
            topology: "cluster",
            image: images["8.0"],
            hosts: lines,
            cluster: { shards: 3 },
            data: "delete",
        });

    before(async function () {
        if (Hosts.missing) {
            console.log(`    left out: ${Hosts.missing}`);
            this.skip();
        }
        hosts = await Hosts.create(3, [images["8.0"]]);
        project = await Project.create();
        stack = project.stack();
    });

    after(async () => {
        application?.close();
        hosts?.remove();
        await project?.remove();
    });

    it("has no master on a host that drains, goes on while that is rebooted, and is as declared afterwards", async () => {
        await declare(hosts.declared());
        await stack.applied("--skip-preview");
        application = await Application.of(stack);
        writer = new Writer(application.client());
        await writer.more(200);

        await declare(hosts.draining("b"));
        const drained = await stack.applied("--skip-preview");
        assert.match(drained, /shard2-2: become master in place of shard2-1 \(b is draining\)/);
        const may =
            /b may be rebooted: shard1-2 \(replica\), shard2-1 \(replica\) run there, and come back by themselves/;
        assert.match(drained, may);
        assert.match(await stack.asDeclared(), may);
        await hosts.host("b").reboot();
        await writer.more(200);

        await declare(hosts.declared());
        const back = await stack.applied();
        assert.match(back, /shard2-1: become master in place of shard2-2 \(it is the declared master\)/);
        assert.match(back, /clients: writes to its slots pause for about 0\.2 s while shard2-1 becomes the master/);
        assert.match(await stack.asDeclared(), /shard2-1 +b +\S+ +master/);
        assert.deepEqual(await writer.lost(), []);
    });

    it("takes writes again when a host is cut off, and is brought up and looked at without it", async () => {
        writer = new Writer(application.client());
        await writer.more(200);
        hosts.host("a").cut();
        await writer.more(200);

        await declare(hosts.declared("a"));
        assert.match(await stack.applied(), /Leaving everything on a as it is/);
        assert.match(await stack.asDeclared(), /shard1-1 +a +\S+ +its host a is declared down[\s\S]*As declared/);
    });

    it("is made whole when the host is back, and has lost nothing that a replica had received", async () => {
        await hosts.host("a").start();
        await declare(hosts.declared());
        await stack.applied("--skip-preview");
        assert.match(await stack.asDeclared(), /shard1-1 +a +\S+ +replica +up/);
        await writer.more(50);
        // Redis replicates without waiting: each writer may have had one write on its way from the host that was cut off.
        const lost = await writer.lost();
        assert.ok(lost.length <= 4, `lost ${lost.length} of ${writer.acknowledged.length} acknowledged writes`);
    });
});
