import assert from "node:assert/strict";
import { Connections } from "../../../reconcile/redis/connections";
import { settle } from "../../../reconcile/settle";
import { buildModel } from "../../../redis/model/model";
import { planDeployment } from "../../../redis/plan/plan";
import type { Observation } from "../../../redis/state/observation";
import { asFormed, cluster, idOf } from "../redis/clusterViews";
import { replicationPassword } from "../redis/observed";

const model = buildModel(
    {
        topology: "cluster",
        image: "redis:8.0.2",
        hosts: [1, 2, 3].map((at) => ({ name: `h${at}`, address: `192.0.2.${at}` })),
        cluster: { shards: 3, replicasPerShard: 0 },
    },
    { id: "id", prefix: "redis-test" },
);
const desired = { model, users: [], replicationPassword };
const slots = { "shard1-1": "0-5460", "shard2-1": "5461-10922", "shard3-1": "10923-16383" };

/** The cluster as declared, with a node that is none of its servers, and that the first one calls connected. */
function withForeignNode(): Observation {
    const observation = cluster(model, asFormed(model, slots));
    observation[0]?.redis?.cluster?.others.push({
        id: idOf("foreign"),
        endpoint: { host: "192.0.2.9", port: 6371 },
        flags: ["slave"],
        epoch: 0,
        linkUp: true,
        slots: [],
    });
    return observation;
}

async function settled(looks: Observation[]): Promise<number> {
    const connections = new Connections("none");
    let count = 0;
    try {
        await settle({
            desired,
            connections,
            look: async () => looks[Math.min(count++, looks.length - 1)] as Observation,
            say: () => undefined,
        });
        return count;
    } finally {
        connections.close();
    }
}

describe("a refusal", () => {
    const calm = cluster(model, asFormed(model, slots));

    it("ends nothing when it is gone at one of the next looks", async () => {
        assert.deepEqual(planDeployment(desired, calm).steps, []);
        assert.equal(planDeployment(desired, withForeignNode()).refused?.length, 1);
        assert.equal(await settled([withForeignNode(), withForeignNode(), calm]), 3);
    });

    it("ends the run when it stands", async () => {
        await assert.rejects(
            settled([withForeignNode()]),
            /cannot be converged\n {2}shard1-1: is in one cluster with 192\.0\.2\.9:6371/,
        );
    });
});
