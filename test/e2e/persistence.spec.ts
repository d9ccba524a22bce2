import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine } from "../../reconcile/docker/engine";
import { nodeNames } from "../../redis/model/names";
import { images } from "../integration/servers";
import { Clients, freePorts, Project, type Stack } from "./project";

/** Updates on a busy machine take minutes, in milliseconds. */
const patience = 900_000;
const keys = 300;

describe("A master without persistence, on the host's network", function () {
    this.timeout(patience);
    let project: Project;
    let stack: Stack;
    let ports: number[];
    let administrator: string;
    const clients = new Clients();
    const nodes = ["master", "replica1", "replica2"];
    const client = (node: string) =>
        clients.to(ports[nodes.indexOf(node)] ?? 0, { username: "administrator", password: administrator });
    const container = (node: string) => connectEngine().getContainer(nodeNames(stack.prefix, node).container);

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        ports = await freePorts(3);
        await stack.write({
            image: images["8.0"],
            network: "host",
            timezone: "Asia/Shanghai",
            nodes: nodes.map((name, index) => ({
                name,
                port: ports[index],
                ...(index > 0 ? { replicaOf: "master" } : { persistence: "none" }),
            })),
            settings: { "tcp-backlog": 511 },
            data: "delete",
        });
        await stack.applied("--skip-preview");
        administrator = await stack.secret("administrator");
    });

    after(async () => {
        clients.close();
        await project.remove();
    });

    /** By how much the times in a server's log are ahead of UTC, which Docker notes for each line. */
    async function hoursAhead(node: string): Promise<number> {
        const log = String(await container(node).logs({ stdout: true, timestamps: true, follow: false }));
        const [, utc = "", local = ""] = /(\d{4}-\S+Z) \d+:\w (\d+ \w+ \d+ [\d:]+)/.exec(log) ?? [];
        return Math.round((Date.parse(`${local} GMT`) - Date.parse(utc)) / 3_600_000);
    }

    it("listens on the declared ports of this machine only, in its time zone, and is healthy", async () => {
        for (const node of nodes) {
            const { Config, HostConfig, State } = await container(node).inspect();
            assert.equal(HostConfig.NetworkMode, "host");
            assert.ok(Config.Env.includes("TZ=Asia/Shanghai"));
            assert.equal(await hoursAhead(node), 8);
            assert.ok(["healthy", "starting"].includes(State.Health?.Status ?? ""), State.Health?.Status);
            assert.deepEqual(await client(node).config("GET", "bind"), ["bind", "127.0.0.1"]);
        }
    });

    it("comes back empty when it is killed, and its replicas keep every key and give them back", async () => {
        for (let key = 0; key < keys; key++) await client("master").set(`key:${key}`, key);
        assert.equal(await client("master").wait(2, 5000), 2);
        const { State } = await container("master").inspect();
        // As a crash: Docker itself starts it again.
        process.kill(State.Pid, "SIGKILL");
        await sleep(3000);
        assert.equal(await client("master").dbsize(), 0);
        for (const replica of ["replica1", "replica2"]) assert.equal(await client(replica).dbsize(), keys);

        await stack.applied("--skip-preview");
        for (const node of nodes) assert.equal(await client(node).dbsize(), keys);
        assert.match(await client("master").info("replication"), /role:master/);
    });

    it("comes back empty again, although the synchronisation that fed it has left a snapshot", async () => {
        for (let key = 0; key < keys; key++) await client("master").set(`later:${key}`, key);
        assert.equal(await client("master").wait(2, 5000), 2);
        const { State } = await container("master").inspect();
        process.kill(State.Pid, "SIGKILL");
        await sleep(3000);
        assert.equal(await client("master").dbsize(), 0);
        for (const replica of ["replica1", "replica2"]) assert.equal(await client(replica).dbsize(), 2 * keys);
    });
});
