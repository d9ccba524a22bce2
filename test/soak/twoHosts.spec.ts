import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { Application, clusterCheck } from "../e2e/application";
import { Hosts } from "../e2e/hosts";
import { Project, type Stack } from "../e2e/project";
import { Python } from "../e2e/python";
import { images } from "../integration/servers";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 900_000;
const file = join(__dirname, "..", "..", "Pulumi.cluster-two-hosts.yaml");

/** Starts at each of the nodes given: reads what others wrote, writes a key of its own, and prints what is read back. */
const script = `
import json, os, sys
from redis.cluster import RedisCluster
seen = []
for node in sys.argv[1:]:
    host, port = node.rsplit(":", 1)
    client = RedisCluster(host=host, port=int(port), password=os.environ["PASSWORD"], decode_responses=True)
    client.set("python:" + port, node)
    seen.append([client.get("name"), client.get("bbb"), client.get("python:" + port)])
print(json.dumps(seen))
`;

interface Endpoint {
    host: string;
    port: number;
}

describe("The stack file of a cluster on two machines, Redis 8.0", function () {
    this.timeout(patience);
    let hosts: Hosts;
    let project: Project;
    let stack: Stack;
    let python: Python;
    let nodes: Endpoint[];
    let application: Application;

    /** The stack file as it stands, but for the machines' addresses and the image. */
    const declare = (...down: string[]) => {
        const declared = Object.entries(parse(readFileSync(file, "utf8")).config as Record<string, unknown>);
        const configuration = Object.fromEntries(declared.map(([key, value]) => [key.replace(/^redis:/, ""), value]));
        return stack.write({ ...configuration, hosts: hosts.declared(...down), image: images["8.0"] });
    };

    before(async function () {
        if (Hosts.missing) {
            console.log(`    left out: ${Hosts.missing}`);
            this.skip();
        }
        python = await Python.create();
        hosts = await Hosts.create(2, [images["8.0"]]);
        project = await Project.create();
        hosts.throughSsh(project.env);
        stack = project.stack();
        await declare();
    });

    after(async () => {
        application?.close();
        hosts?.remove();
        python?.remove();
        await project?.remove();
    });

    it("comes up with one command, as redis-cli agrees", async () => {
        await stack.applied();
        nodes = (await stack.output("endpoints")) as Endpoint[];
        application = await Application.of(stack);
        assert.deepEqual(nodes.map(({ port }) => port).sort(), [6371, 6372, 6373, 6374, 6375, 6376]);
        const member = { name: "node1", host: hosts.host("a"), port: 6371 };
        const check = await clusterCheck(stack, member, application.password);
        assert.match(check, /All nodes agree about slots[\s\S]*All 16384 slots covered/);
    });

    it("has three masters with a third of the slots each, and every replica on the other machine", async () => {
        const output = await stack.asDeclared();
        const rows = [...output.matchAll(/^(\d) +node\d +([ab]) +\S+ +(master|replica) +(?:(\d+)-(\d+))?/gm)];
        assert.equal(rows.length, 6, output);
        const masters = rows.filter(([, , , role]) => role === "master");
        const counts = masters.map(([, , , , from, to]) => Number(to) - Number(from) + 1);
        assert.deepEqual(counts.sort(), [5461, 5461, 5462]);
        for (const [, shard, host] of masters) {
            const replica = rows.find(([, of, , role]) => of === shard && role === "replica");
            assert.notEqual(replica?.[2], host, output);
        }
        assert.match(output, /Beware[\s\S]*a: has 2 of 3 masters: its loss stops the cluster/);
    });

    it("takes a write from any start node to the slot that Redis works out", async () => {
        for (const node of nodes) {
            const client = application.client(node);
            assert.equal(await client.cluster("KEYSLOT", "name"), 5798);
            assert.equal(await client.cluster("KEYSLOT", "bbb"), 5287);
            await client.set("name", "mrhelloworld");
            await client.set("bbb", "222");
            assert.deepEqual([await client.get("name"), await client.get("bbb")], ["mrhelloworld", "222"]);
        }
    });

    it("is read and written through any node by a client in another language", async () => {
        const addresses = nodes.map(({ host, port }) => `${host}:${port}`);
        const env = { PASSWORD: application.password };
        const seen = JSON.parse(await python.run(script, addresses, env));
        assert.deepEqual(
            seen,
            addresses.map((address) => ["mrhelloworld", "222", address]),
        );
    });

    it("stops when the machine with two of three masters is lost, and serves again once that is declared", async () => {
        hosts.host("a").cut();
        const rest = application.client(nodes.find(({ port }) => port === 6374));
        // Redis notices after cluster-node-timeout, which is 15 s here.
        while (!String(await rest.nodes("all")[0]?.cluster("INFO")).includes("cluster_state:fail")) await sleep(500);
        await declare("a");
        const output = await stack.applied();
        assert.match(
            output,
            /node5: become master in place of node1 \(its host a is declared down, and too few masters/,
        );
        const client = application.client();
        assert.deepEqual([await client.get("name"), await client.get("bbb")], ["mrhelloworld", "222"]);
        await client.set("name", "still there");
        assert.match(await stack.asDeclared(), /node1 +a +\S+ +its host a is declared down/);
    });

    it("is whole when that machine is back, which gives up its slots", async () => {
        await hosts.host("a").start();
        await declare();
        await stack.applied();
        assert.match(await stack.asDeclared(), /node1 +a +\S+ +replica +up/);
        const client = application.client(nodes[0]);
        assert.equal(await client.get("name"), "still there");
        const again = await stack.up("--expect-no-changes");
        assert.equal(again.code, 0, again.output);
    });
});
