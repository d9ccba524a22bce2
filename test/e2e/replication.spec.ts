import assert from "node:assert/strict";
import { images } from "../integration/servers";
import { Clients, freePorts, Project, type Stack } from "./project";
import { Said } from "./said";

/** Redis 7.0 in containers: data.spec.ts, and replacement.spec.ts, which begins with it. */
for (const version of ["8.0"] as const) {
    describe(`One master and its replicas, Redis ${version}`, () => {
        let project: Project;
        let stack: Stack;
        let said: Said;
        let ports: number[];
        let password: string;
        const clients = new Clients();
        const port = (index: number) => ports[index] ?? 0;
        const info = async (index: number) => (await clients.to(port(index), { password })).info("replication");

        const nodes = (replicas: number) =>
            ["master", "replica1", "replica2", "replica3"].slice(0, replicas + 1).map((name, index) => ({
                name,
                port: port(index),
                ...(index > 0 ? { replicaOf: "master" } : {}),
            }));
        const declare = (replicas: number) =>
            stack.write({ image: images[version], nodes: nodes(replicas), data: "delete" });

        before(async () => {
            project = await Project.create();
            stack = project.stack();
            said = new Said(stack);
            ports = await freePorts(4);
            await declare(2);
        });

        after(async () => {
            clients.close();
            await project.remove();
        });

        it("comes up usable with one command", async () => {
            const output = await said.applied();
            assert.match(output, /is up/);
            assert.match(output, new RegExp(`redis-cli -h 127.0.0.1 -p ${port(0)}`));
            password = (await stack.output("password")) as string;
            assert.equal(output.includes(password), false, "the password was printed");

            const master = await info(0);
            assert.match(master, /role:master/);
            assert.match(master, /connected_slaves:2/);
            assert.equal(master.match(/state=online/g)?.length, 2);
            for (const replica of [1, 2]) {
                assert.match(await info(replica), /role:slave[\s\S]*master_host:master[\s\S]*master_link_status:up/);
            }
        });

        it("takes writes on the master and reads them on both replicas, which take none", async () => {
            const master = clients.to(port(0), { password });
            await master.set("name", "farb");
            assert.equal(await master.wait(2, 2000), 2);
            for (const replica of [1, 2]) {
                const client = clients.to(port(replica), { password });
                assert.equal(await client.get("name"), "farb");
                await assert.rejects(client.set("name", "x"), /READONLY You can't write against a read only replica/);
            }
        });

        it("needs the password, and refuses what empties, changes or stops a server", async () => {
            await assert.rejects(clients.to(port(0), { enableReadyCheck: false }).get("name"), /NOAUTH/);
            const client = clients.to(port(0), { password });
            const forbidden = ["keys *", "flushall", "flushdb", "config get masterauth", "acl list", "shutdown nosave"];
            forbidden.push("replicaof no one", "psync ? -1", "monitor", "client pause 1", "function flush");
            for (const [command = "", ...words] of forbidden.map((line) => line.split(" "))) {
                await assert.rejects(client.call(command, ...words), /NOPERM/);
            }
        });

        it("runs scripts, also by their hash", async () => {
            const client = clients.to(port(0), { password });
            client.defineCommand("twice", { numberOfKeys: 0, lua: "return 2 * ARGV[1]" });
            assert.equal(await (client as unknown as Record<string, (value: number) => unknown>).twice?.(21), 42);
            const hash = (await client.script("LOAD", "return 1")) as string;
            assert.equal(await client.evalsha(hash, 0), 1);
        });

        it("is sound to the policies as it runs", async () => {
            const { code, output } = await stack.pulumi("policy", "analyze", "--policy-pack", "policies");
            assert.equal(code, 0, output);
            // Its memory is not limited here, and nothing else is said of it.
            const names = [...output.matchAll(/\[(?:advisory|mandatory)\].*?(redis-[a-z-]+)/g)].map(([, name]) => name);
            assert.deepEqual([...new Set(names)].sort(), ["redis-maxmemory", "redis-memory-limit"], output);
        });

        it("shows the tree", async () => {
            const { code, output } = await stack.status();
            assert.equal(code, 0, output);
            assert.match(output, /master +local +127\.0\.0\.1:\d+ +master +2 online/);
            assert.match(output, /├─ replica1 +local +127\.0\.0\.1:\d+ +replica +up/);
            assert.match(output, /As declared/);
        });

        it("changes nothing the second time", async () => {
            const output = await stack.applied("--expect-no-changes");
            assert.match(output, /Nothing to change: 3 servers as declared/);
        });

        it("gains a replica by one line, the others untouched", async () => {
            const before = await Promise.all(["master", "replica1", "replica2"].map((node) => stack.containerId(node)));
            await declare(3);
            await said.applied();
            const after = await Promise.all(["master", "replica1", "replica2"].map((node) => stack.containerId(node)));
            assert.deepEqual(after, before);
            assert.match(await info(0), /connected_slaves:3/);
            assert.equal(await clients.to(port(3), { password }).get("name"), "farb");
        });

        it("loses a replica by taking the line away", async () => {
            const before = await Promise.all(["master", "replica1", "replica2"].map((node) => stack.containerId(node)));
            await declare(2);
            await said.applied();
            const after = await Promise.all(["master", "replica1", "replica2"].map((node) => stack.containerId(node)));
            assert.deepEqual(after, before);
            assert.deepEqual(
                (await stack.objects()).filter((name) => name.includes("replica3")),
                [],
            );
        });

        it("has another master by its name, more settings, and a limit to its memory as it runs", async () => {
            const before = await Promise.all(["master", "replica1", "replica2"].map((node) => stack.containerId(node)));
            const others = [nodes(2)[0], nodes(2)[2]].map((node) => ({ ...node, replicaOf: "replica1" }));
            const [, promoted] = nodes(2);
            await stack.write({
                image: images[version],
                nodes: [...others, { name: promoted?.name, port: promoted?.port }],
                data: "delete",
                memory: "300mb",
                settings: { maxmemory: "128mb", "maxmemory-policy": "noeviction", timeout: 77 },
            });
            await said.applied();
            const after = await Promise.all(["master", "replica1", "replica2"].map((node) => stack.containerId(node)));
            assert.deepEqual(after, before);
        });

        it("leaves nothing behind when destroyed", async () => {
            const { code, output } = await stack.down();
            assert.equal(code, 0, output);
            assert.deepEqual(await stack.objects(), []);
        });
    });
}
