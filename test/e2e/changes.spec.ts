import assert from "node:assert/strict";
import { nodeNames } from "../../redis/names";
import { Ledger } from "../integration/ledger";
import { images } from "../integration/servers";
import { freePorts, Project, type Stack, type StackConfiguration } from "./project";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 300_000;

/** Names, ports, networks and topologies of one deployment, changed while clients write. */
describe("A deployment that is renamed, and moved to other ports, networks and topologies, Redis 8.0", function () {
    this.timeout(patience);
    let project: Project;
    let stack: Stack;
    let ports: number[];
    let ledger: Ledger;
    const port = (index: number) => ports[index] ?? 0;
    const tree = (...nodes: object[]): StackConfiguration => ({ image: images["8.0"], nodes, data: "delete" });
    /** After the renames. */
    const renamed = () => [
        { name: "main", port: port(3), formerly: "master" },
        { name: "second", port: port(1), replicaOf: "main", formerly: "replica1" },
        { name: "replica2", port: port(2), replicaOf: "second" },
    ];
    const star = () => renamed().map((node) => (node.replicaOf ? { ...node, replicaOf: "main" } : node));

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        ports = await freePorts(7);
        await stack.write(
            tree(
                { name: "master", port: port(0) },
                { name: "replica1", port: port(1), replicaOf: "master" },
                { name: "replica2", port: port(2), replicaOf: "replica1" },
            ),
        );
        await stack.applied("--skip-preview");
        const password = (await stack.output("password")) as string;
        ledger = new Ledger(() => ports.map((port) => ({ host: "127.0.0.1", port })), password);
        await ledger.start();
    });

    after(async () => {
        await ledger?.stop();
        await project?.remove();
    });

    /** Applies a change under writers; what was printed. */
    async function changed(configuration: StackConfiguration): Promise<string> {
        const before = ledger.acknowledged.length;
        await stack.write(configuration);
        const output = await stack.applied();
        await ledger.stop();
        assert.ok(ledger.acknowledged.length > before + 100, "hardly anything was written");
        const nodes = configuration.nodes as { port: number }[];
        for (const { port } of nodes) assert.deepEqual(await ledger.lost({ host: "127.0.0.1", port }), []);
        console.log(`    ${ledger.acknowledged.length - before} writes, longest pause ${ledger.longestGap} ms`);
        ledger.longestGap = 0;
        await ledger.start();
        await stack.asDeclared();
        return output;
    }

    it("has its master renamed, with another port, and a replica with the port it had, on the volumes they had", async () => {
        const output = await changed(tree(...renamed()));
        console.log(output);
        assert.match(output, /main: is master under a new name, and keeps the data volume \S+-master-data/);
        assert.match(output, new RegExp(`main: goes from port ${port(0)} to ${port(3)}`));
        const objects = await stack.objects();
        const { dataVolume, container } = nodeNames(stack.prefix, "master");
        assert.ok(objects.includes(dataVolume));
        assert.ok(!objects.includes(container));
        assert.ok(!objects.includes(nodeNames(stack.prefix, "main").dataVolume));
    });

    it("refuses to forget where the data of a renamed server is", async () => {
        await stack.write(tree(...renamed().map(({ formerly, ...node }) => node)));
        const { code, output } = await stack.up();
        assert.notEqual(code, 0);
        assert.match(output, /nodes\[0\]\.formerly: its data is in the volume of master, [^\n]*say formerly: master/);
    });

    it("goes to the host's own network, and back", async () => {
        console.log(await changed({ ...tree(...renamed()), network: "host" }));
        console.log(await changed(tree(...renamed())));
    });

    it("gets Sentinels, and loses them again", async () => {
        const sentinels = [4, 5, 6].map((at) => ({ name: `sentinel${at - 3}`, port: port(at) }));
        console.log(await changed({ ...tree(...star()), topology: "sentinel", sentinels }));
        console.log(await changed(tree(...star())));
    });
});
