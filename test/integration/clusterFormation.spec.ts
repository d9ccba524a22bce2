import assert from "node:assert/strict";
import { TestCluster } from "./clusterServers";
import { type Box, onEveryVersion } from "./servers";

onEveryVersion("a new cluster", (box: () => Box) => {
    let cluster: TestCluster;

    afterEach(() => cluster?.end());

    it("comes up usable, and a second run changes nothing", async () => {
        cluster = await TestCluster.create(box());
        await cluster.startAll();
        const { verified } = await cluster.converge();
        assert.match(verified, /3 masters share 16384 slots/);
        assert.deepEqual(await cluster.differences(), []);
        assert.match(await cluster.check(), /All 16384 slots covered/);
    });
});
