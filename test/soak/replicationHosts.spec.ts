import assert from "node:assert/strict";
import { Hosts } from "../e2e/hosts";
import { Clients, Project, type Stack } from "../e2e/project";
import { Ledger } from "../integration/ledger";
import { images } from "../integration/servers";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 900_000;
const port = 6379;
const servers = { redis1: "a", redis2: "b", redis3: "c" };

describe("A master with replicas over three hosts, Redis 8.0", function () {
    this.timeout(patience);
    let hosts: Hosts;
    let project: Project;
    let stack: Stack;
    let password: string;
    let ledger: Ledger;
    const clients = new Clients();

    const at = (host: string) => ({ host: hosts.host(host).address, port });
    const replication = (host: string) => clients.to(port, { ...at(host), password }).info("replication");
    /** The tree below `master`, with some hosts declared down and others on another machine. */
    const declare = (master: string, down: string[] = [], machines: Record<string, string> = {}) =>
        stack.write({
            image: images["8.0"],
            hosts: ["a", "b", "c"].map((name) => {
                const { docker, address } = hosts.host(machines[name] ?? name);
                return { name, docker, address, ...(down.includes(name) ? { state: "down" } : {}) };
            }),
            nodes: Object.entries(servers).map(([name, host]) => ({
                name,
                host,
                port,
                ...(name === master ? {} : { replicaOf: master }),
            })),
            data: "delete",
        });

    before(async function () {
        if (Hosts.missing) {
            console.log(`    left out: ${Hosts.missing}`);
            this.skip();
        }
        hosts = await Hosts.create(4, [images["8.0"]]);
        project = await Project.create();
        stack = project.stack();
        await declare("redis1");
        await stack.applied();
        password = (await stack.output("password")) as string;
        ledger = new Ledger(() => ["a", "b", "c"].map(at), password);
    });

    after(async () => {
        clients.close();
        hosts?.remove();
        await project?.remove();
    });

    it("has another master by one line when the master's host is lost, and says what may be missing", async () => {
        await ledger.start();
        hosts.host("a").cut();
        await declare("redis1", ["a"]);
        const refused = await stack.up();
        assert.notEqual(refused.code, 0);
        assert.match(refused.output, /"redis1" is the master, and its host is down: mark another node/);
        await declare("redis2", ["a"]);
        assert.match(
            await stack.applied(),
            /redis\d: make it the master .*redis1 is gone: its host a is declared down; .* missing/,
        );
        assert.match(await stack.asDeclared(), /redis1 +a +\S+ +its host a is declared down/);
        assert.match(await replication("c"), new RegExp(`master_host:${at("b").host}[\\s\\S]*master_link_status:up`));
        await ledger.stop();
        // Each of four writers may have had one write on its way from the host that was cut off.
        assert.ok((await ledger.lost(at("b"))).length <= 4);
        console.log(`      ${Math.round(ledger.longestGap)} ms without a write`);
    });

    it("takes the old master in as a replica when its host is back, with what was written since", async () => {
        await hosts.host("a").start();
        await declare("redis2");
        await stack.applied();
        assert.match(await stack.asDeclared(), /redis1 +a +\S+ +replica +up/);
        assert.match(await replication("b"), /role:master[\s\S]*connected_slaves:2/);
        const lost = await ledger.lost(at("b"));
        assert.deepEqual(await ledger.lost(at("a")), lost);
        await stack.applied("--expect-no-changes");
    });

    it("goes on with another machine in the place of a host that is lost for good", async () => {
        await ledger.start();
        hosts.host("c").cut();
        await declare("redis2", ["c"]);
        await stack.applied();
        await declare("redis2", [], { c: "d" });
        assert.match(await stack.applied(), /c was declared down and is lost for good/);
        assert.match(await stack.asDeclared(), new RegExp(`redis3 +c +${at("d").host}:${port} +replica +up`));
        await ledger.stop();
        const lost = await ledger.lost(at("b"));
        assert.ok(lost.length <= 4);
        assert.deepEqual(await ledger.lost(at("d")), lost);
    });

    it("has its master on another host, made anew beside the old one, and loses no acknowledged write", async () => {
        const moved = { host: at("a").host, port: port + 1 };
        const everywhere = () => [...["a", "b", "d"].map(at), moved];
        const writers = new Ledger(everywhere, password);
        await writers.start();
        await stack.write({
            image: images["8.0"],
            hosts: ["a", "b", "c"].map((name) => ({
                name,
                docker: hosts.host(name === "c" ? "d" : name).docker,
                address: hosts.host(name === "c" ? "d" : name).address,
            })),
            nodes: [
                { name: "redis1", host: "a", port, replicaOf: "redis2" },
                { name: "redis2", host: "a", port: moved.port },
                { name: "redis3", host: "c", port, replicaOf: "redis2" },
            ],
            data: "delete",
        });
        const output = await stack.applied();
        assert.match(output, /redis2: made anew on a; the one on b hands over to it, and leaves when it has the data/);
        assert.match(output, /redis2@b: hand over to redis2, the declared master/);
        assert.match(output, /redis2@b: leaves; its container and its data volume[^\n]* are deleted/);
        await writers.stop();
        for (const server of [moved, at("a"), at("d")]) assert.deepEqual(await writers.lost(server), []);
        await stack.asDeclared();
    });

    it("leaves nothing behind when destroyed", async () => {
        const { code, output } = await stack.down();
        assert.equal(code, 0, output);
    });
});
