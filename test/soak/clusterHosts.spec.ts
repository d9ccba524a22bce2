import assert from "node:assert/strict";
import { Cluster, type ClusterNode, type ClusterOptions } from "ioredis";
import { Hosts } from "../e2e/hosts";
import { Clients, Project, type Stack } from "../e2e/project";
import { Writer } from "../integration/clusterWriter";
import { images } from "../integration/servers";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 900_000;

describe("A cluster over three hosts, Redis 8.0", function () {
    this.timeout(patience);
    let hosts: Hosts;
    let project: Project;
    let stack: Stack;
    let password: string;
    let nodes: ClusterNode[];
    let options: ClusterOptions;
    const clients = new Clients();
    const opened: Cluster[] = [];

    const declare = () =>
        stack.write({
            topology: "cluster",
            image: images["8.0"],
            hosts: hosts.declared(),
            cluster: { shards: 3, replicasPerShard: 1, firstPort: 6371 },
            data: "delete",
        });
    const application = (): Cluster => {
        const client = new Cluster(nodes, {
            ...options,
            redisOptions: { ...options.redisOptions, password, connectTimeout: 2000 },
            // Longer than a failover takes.
            maxRedirections: 100,
            retryDelayOnFailover: 300,
            retryDelayOnClusterDown: 300,
        });
        client.on("error", () => undefined);
        opened.push(client);
        return client;
    };

    before(async () => {
        hosts = await Hosts.create(3, [images["8.0"]]);
        project = await Project.create();
        stack = project.stack();
        await declare();
    });

    after(async () => {
        for (const client of opened) client.disconnect();
        clients.close();
        hosts?.remove();
        await project?.remove();
    });

    it("comes up usable with one command", async () => {
        const { code, output } = await stack.up();
        assert.equal(code, 0, output);
        password = (await stack.output("password")) as string;
        const hints = (await stack.output("connect")) as { ioredis: { nodes: ClusterNode[]; options: ClusterOptions } };
        ({ nodes, options } = hints.ioredis);
        assert.equal(nodes.length, 6);
        assert.equal(options.natMap, undefined);
    });

    it("has each replica on another host than its master, and a master on each host", async () => {
        const { code, output } = await stack.status();
        assert.equal(code, 0, output);
        assert.doesNotMatch(output, /Beware/);
        const rows = [...output.matchAll(/^(\d) +shard\d-\d +([abc]) +\S+ +(master|replica) /gm)];
        assert.equal(rows.length, 6, output);
        const where = (role: string) => rows.filter((row) => row[3] === role).map((row) => `${row[1]} ${row[2]}`);
        assert.deepEqual(new Set(where("master").map((text) => text.split(" ")[1])).size, 3);
        for (const place of where("replica")) assert.equal(where("master").includes(place), false, output);
    });

    it("is read and written by a client elsewhere through any node", async () => {
        const client = application();
        await client.set("name", "mrhelloworld");
        await client.set("bbb", "222");
        for (const node of nodes as { host: string; port: number }[]) {
            const one = new Cluster([node], { ...options, redisOptions: { ...options.redisOptions, password } });
            opened.push(one);
            assert.deepEqual([await one.get("name"), await one.get("bbb")], ["mrhelloworld", "222"]);
        }
    });

    it("goes on without one of its hosts, and is made whole when that is back", async () => {
        const writer = new Writer(application());
        await writer.more(200);
        hosts.hosts[0]?.cut();
        await writer.more(200);

        await hosts.hosts[0]?.start();
        const whole = await stack.up();
        assert.equal(whole.code, 0, whole.output);
        const seen = await stack.status();
        assert.equal(seen.code, 0, seen.output);
        await writer.more(50);
        // Redis replicates without waiting: what the cut host had acknowledged and not yet passed on may be gone.
        const lost = await writer.lost();
        assert.ok(lost.length <= 4, `lost ${lost.length} of ${writer.acknowledged.length} acknowledged writes`);
    });

    it("leaves nothing behind when destroyed", async () => {
        const { code, output } = await stack.down();
        assert.equal(code, 0, output);
    });
});
