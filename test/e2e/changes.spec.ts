import assert from "node:assert/strict";
import { nodeNames } from "../../redis/model/names";
import { Changing } from "./changing";

/** One change after the other, and back: test/soak/changes.spec.ts. */
describe("A deployment whose names, ports and network change while clients write, Redis 8.0", () => {
    let changing: Changing;

    before(async () => {
        changing = await Changing.create();
    });
    after(() => changing?.remove());

    it("keeps its data, in the volumes that it had, and loses no acknowledged write", async () => {
        const output = await changing.apply({ ...changing.renamed(), network: "host" });
        if (process.env.SHOW) console.log(output);
        const { prefix } = changing.stack;
        assert.match(output, /main: is master under a new name, and keeps the data volume \S+-master-data/);
        assert.match(output, new RegExp(`main: goes from port ${changing.port(0)} to ${changing.port(3)}`));
        assert.match(output, /main: hand over to second, before the container of main is replaced/);
        assert.doesNotMatch(output, /^ {2}(master|replica1): /m);
        const objects = await changing.stack.objects();
        const { dataVolume, container } = nodeNames(prefix, "master");
        assert.ok(objects.includes(dataVolume));
        for (const gone of [container, nodeNames(prefix, "main").dataVolume, `${prefix}-network`])
            assert.ok(!objects.includes(gone), gone);
    });
});
