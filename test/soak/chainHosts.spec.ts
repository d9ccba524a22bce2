import assert from "node:assert/strict";
import { Hosts } from "../e2e/hosts";
import { Clients, Project, type Stack } from "../e2e/project";
import { images } from "../integration/servers";

/** Updates on a busy machine take minutes, in milliseconds. */
const patience = 900_000;
const port = 6379;
const keys = 500;

describe("A chain over three hosts", function () {
    this.timeout(patience);
    let hosts: Hosts;
    let project: Project;
    let stack: Stack;
    let password: string;
    const clients = new Clients();
    const on: Record<string, string> = { master: "a", replica1: "b", replica2: "c" };
    const client = (name: string) => clients.to(port, { host: hosts.host(on[name] ?? "").address, password });
    const info = (name: string) => client(name).info("replication");

    const declare = (parents: Record<string, string>, ...down: string[]) =>
        stack.write({
            image: images["8.0"],
            hosts: hosts.declared(...down),
            nodes: [
                { name: "master", persistence: "aof" },
                { name: "replica1", persistence: "rdb" },
                { name: "replica2", persistence: "none" },
            ].map((node) => ({
                ...node,
                host: on[node.name],
                port,
                ...(parents[node.name] ? { replicaOf: parents[node.name] } : {}),
            })),
            data: "delete",
        });
    const chain = { replica1: "master", replica2: "replica1" };

    before(async () => {
        hosts = await Hosts.create(3, [images["8.0"]]);
        project = await Project.create();
        stack = project.stack();
    });

    after(async () => {
        clients.close();
        hosts?.remove();
        await project?.remove();
    });

    it("comes up with one command, and the end of the chain has what the master was told", async () => {
        await declare(chain);
        await stack.applied();
        await stack.asDeclared();
        password = (await stack.output("password")) as string;
        for (let key = 0; key < keys; key++) await client("master").set(`key:${key}`, key);
        assert.match(await info("replica2"), new RegExp(`master_host:${hosts.host("b").address}`));
        for (let tries = 0; tries < 100 && (await client("replica2").dbsize()) < keys; tries++) await info("replica2");
        assert.equal(await client("replica2").dbsize(), keys);
    });

    it("stays readable at its end when the host in the middle is lost, and goes round it as long as that is down", async () => {
        hosts.host("b").cut();
        assert.equal(await client("replica2").get("key:7"), "7");
        await declare(chain, "b");
        await stack.applied();
        assert.match(await info("replica2"), new RegExp(`master_host:${hosts.host("a").address}`));
        await client("master").set("meanwhile", "x");

        await hosts.host("b").start();
        await declare(chain);
        await stack.applied();
        await stack.asDeclared();
        assert.match(await info("replica2"), new RegExp(`master_host:${hosts.host("b").address}`));
        assert.equal(await client("replica1").get("meanwhile"), "x");
    });

    it("has its middle promoted by one line when the master's host is lost, and the old master below it later", async () => {
        hosts.host("a").cut();
        const promoted = { master: "replica1", replica2: "replica1" };
        await declare(promoted, "a");
        const output = await stack.applied();
        assert.match(output, /may be missing|missing/);
        assert.match(await info("replica1"), /role:master/);
        await client("replica1").set("after", "x");
        assert.equal(await client("replica1").dbsize(), keys + 2);

        await hosts.host("a").start();
        await declare(promoted);
        await stack.applied();
        await stack.asDeclared();
        assert.match(await info("master"), /role:slave/);
        assert.equal(await client("master").get("after"), "x");
    });

    it("leaves nothing behind when destroyed", async () => {
        const { code, output } = await stack.down();
        assert.equal(code, 0, output);
    });
});
