import assert from "node:assert/strict";
import { buildModel, type Model } from "../../../redis/model/model";
import { planCluster } from "../../../redis/plan/cluster/clusterPlan";
import { parseView } from "../../../redis/state/cluster/view";
import { observed, replicationPassword, told } from "./observed";

function modelOf(shards: number): Model {
    return buildModel(
        { topology: "cluster", image: "redis:8.0.2", network: "host", cluster: { shards } },
        { id: "id", prefix: "redis-test" },
    );
}

/** What is planned for servers that know nobody. */
function planned(model: Model): string[] {
    return plannedFor(model, () => []);
}

/** What is planned for servers that are meeting each other, of which the first owns these slots. */
function plannedWhileMeeting(model: Model, slots = ""): string[] {
    return plannedFor(
        model,
        (at) =>
            model.nodes
                .filter((_, other) => other !== at)
                .map(({ announce: { host, port } }, other) => {
                    const id = (other + 1).toString(16).repeat(40);
                    return `${id} ${host}:${port}@${port + 10_000} handshake - 0 0 0 disconnected`;
                }),
        slots,
    );
}

function plannedFor(model: Model, others: (at: number) => string[], slots = ""): string[] {
    const observation = observed(model).map((server, at) => {
        const { host, port } = server.announce;
        const self = `${idOf(at)} ${host}:${port}@${port + 10_000} myself,master - 0 0 0 connected${at === 0 ? slots : ""}`;
        const cluster = parseView([self, ...others(at)].join("\n"), "cluster_state:fail\r\n");
        return server.redis ? { ...server, redis: { ...server.redis, keys: 0, cluster } } : server;
    });
    return told(planCluster({ model, users: [], replicationPassword }, observation));
}
const idOf = (at: number): string => String(at).repeat(40).slice(0, 40);

describe("servers that are to form a cluster", () => {
    const model = modelOf(3);

    it("meet, share the slots and replicate in one go", () => {
        const sentences = planned(model);
        assert.ok(sentences.includes("shard1-1: own the slots 0-5460, which nobody owns"), sentences.join("\n"));
        assert.ok(sentences.includes("shard1-1: meet shard1-2, shard2-1, shard2-2, shard3-1, shard3-2"));
        assert.ok(sentences.includes("shard3-2: replicate shard3-1 (it is an empty master)"));
        assert.deepEqual(
            sentences.filter((sentence) => sentence.startsWith("(")),
            [],
        );
    });

    it("are not told again to meet while they do, and are waited for before slots move", () => {
        const sentences = plannedWhileMeeting(model);
        const meetings = sentences.filter((sentence) => /: meet /.test(sentence));
        assert.deepEqual(meetings, []);
        const growing = plannedWhileMeeting(modelOf(2), " 0-16383");
        assert.ok(
            growing.includes(
                "(shard1-1: expected to know shard1-2, shard2-1, shard2-2, seen only that they are meeting)",
            ),
            growing.join("\n"),
        );
        assert.ok(!growing.some((sentence) => sentence.includes(" move ")));
    });

    it("notice each other less hastily when they are many", () => {
        assert.ok(planned(model).some((sentence) => sentence.includes("cluster-node-timeout 501")));
        assert.ok(planned(modelOf(30)).some((sentence) => sentence.includes("cluster-node-timeout 1001")));
    });
});
