import assert from "node:assert/strict";
import { connectEngine } from "../../reconcile/docker/engine";
import { nodeNames } from "../../redis/model/names";
import { images } from "../integration/servers";
import { Clients, freePorts, Project, type Stack } from "./project";

/** Keys written before anything drifts; all must survive. */
const keys = 500;

describe("What was changed by hand", () => {
    let project: Project;
    let stack: Stack;
    let ports: number[];
    let administrator: string;
    const clients = new Clients();
    const nodes = ["master", "replica1", "replica2"];
    const engine = connectEngine();

    const port = (node: string) => ports[nodes.indexOf(node)] ?? 0;
    const client = (node: string) => clients.to(port(node), { username: "administrator", password: administrator });
    const container = (node: string) => engine.getContainer(nodeNames(stack.prefix, node).container);
    const ids = () => Promise.all(nodes.map((node) => stack.containerId(node)));

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        ports = await freePorts(3);
        await stack.write({
            image: images["8.0"],
            nodes: nodes.map((name) => ({
                name,
                port: port(name),
                ...(name === "master" ? {} : { replicaOf: "master" }),
            })),
            settings: { maxmemory: "64mb" },
            data: "delete",
        });
        await stack.applied("--skip-preview");
        administrator = await stack.secret("administrator");
        const pipeline = client("master").pipeline();
        for (let key = 0; key < keys; key++) pipeline.set(`key:${key}`, String(key));
        await pipeline.exec();
        await client("master").wait(2, 5000);
    });

    after(async () => {
        clients.close();
        await project.remove();
    });

    /** Heals by `npm run up`, which must have said beforehand what it would do; then all is as declared. */
    async function heals(...announced: RegExp[]): Promise<void> {
        const output = await stack.applied();
        const preview = output.slice(0, output.indexOf("Updating"));
        for (const sentence of announced) assert.match(preview, sentence);
        assert.match(await client("master").info("replication"), /role:master[\s\S]*connected_slaves:2/);
        for (const node of nodes) {
            assert.equal(await client(node).dbsize(), keys, `${node} has lost keys`);
            assert.equal(await client(node).get("key:7"), "7");
        }
        await stack.asDeclared();
    }

    it("a replica's container, whom another follows, its settings, also one that is not declared, and a user", async () => {
        const [master, , replica2] = await ids();
        await container("replica1").remove({ force: true });
        await client("replica2").replicaof("127.0.0.1", 9);
        await client("replica2").config("SET", "maxmemory", "32mb", "timeout", "7");
        await client("master").call("acl", "setuser", "default", "+flushall");
        assert.equal((await stack.status()).code, 1);
        await heals(
            /replica1: new container, on the data volume that is there/,
            /replica2: follow master \(it follows 127\.0\.0\.1:9\)/,
            /replica2: set maxmemory 32mb -> 64mb, timeout 7 -> 0 \(its default; it is not declared\)/,
        );
        const after = await ids();
        assert.deepEqual([after[0], after[2]], [master, replica2], "others were touched");
        assert.deepEqual(await client("replica2").config("GET", "timeout"), ["timeout", "0"]);
        assert.deepEqual(await client("replica2").config("GET", "maxmemory"), ["maxmemory", String(64 * 1024 * 1024)]);
        const application = clients.to(port("master"), { password: (await stack.output("password")) as string });
        await assert.rejects(application.flushall(), /NOPERM/);
    });

    it("the master stopped, and a replica's data wiped: it runs again, and gives them back", async () => {
        await container("replica1").remove({ force: true });
        await engine.getVolume(nodeNames(stack.prefix, "replica1").dataVolume).remove();
        await container("master").stop();
        await heals(/master: replaced \(seen Exited \(0\)/, /replica1: new server/);
    });

    it("the master's data wiped: its replicas keep every key and give them back", async () => {
        await container("master").remove({ force: true });
        await engine.getVolume(nodeNames(stack.prefix, "master").dataVolume).remove();
        await heals(/master: new server/);
    });
});
