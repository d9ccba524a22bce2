import assert from "node:assert/strict";
import { Changing } from "../e2e/changing";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 900_000;

/** Names, ports, networks and topologies of one deployment, one after the other and back. */
describe("A deployment that is renamed, and moved to other ports, networks and topologies, Redis 8.0", function () {
    this.timeout(patience);
    let changing: Changing;

    before(async () => {
        changing = await Changing.create();
    });
    after(() => changing?.remove());

    async function changed(to: Parameters<Changing["apply"]>[0]): Promise<void> {
        const output = await changing.apply(to);
        if (process.env.SHOW) console.log(output);
    }

    it("has its master renamed, with another port, and a replica with the port it had", () =>
        changed(changing.renamed()));

    it("refuses to forget where the data of a renamed server is", async () => {
        const { nodes, ...rest } = changing.renamed();
        await changing.stack.write({ ...rest, nodes: nodes.map((node) => ({ ...node, formerly: undefined })) });
        const { code, output } = await changing.stack.up();
        assert.notEqual(code, 0);
        assert.match(
            output,
            /nodes\[0\]\.formerly: its data is in the volume of master, [^\n]*say formerly: \[master\]/,
        );
    });

    it("goes to the host's own network", () => changed({ ...changing.renamed(), network: "host" }));

    it("comes back to a bridge", () => changed(changing.renamed()));

    it("gets Sentinels", () => changed(changing.watched()));

    it("loses them again", () => changed({ ...changing.watched(), topology: "replication", sentinels: undefined }));
});
