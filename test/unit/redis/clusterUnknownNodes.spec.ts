import assert from "node:assert/strict";
import { buildModel } from "../../../redis/model/model";
import { clusterStateOf } from "../../../redis/state/cluster/clusterStateOf";
import { parseView } from "../../../redis/state/cluster/view";
import type { RedisObservation, ServerObservation } from "../../../redis/state/observation";

const model = buildModel(
    {
        topology: "cluster",
        image: "redis:8.0.2",
        hosts: [1, 2, 3].map((at) => ({ name: `h${at}`, address: `192.0.2.${at}` })),
        cluster: { shards: 3 },
    },
    { id: "id", prefix: "redis-test" },
);
const other = "b".repeat(40);
const elsewhere = "192.0.2.9:6371@16371";

/** What a clusterState makes of a node elsewhere, of which servers of ours believe something. */
function unknownNode(beliefs: Record<string, string>, declared = true) {
    const observation = model.nodes.map(({ name, host, announce, reach }, index): ServerObservation => {
        const server = { node: name, host, declared, announce, reach, aliases: [] };
        const belief = beliefs[name];
        if (belief === undefined) return server;
        const role = name.endsWith("-1") ? "master" : "slave";
        const self = `${String(index).repeat(40)} ${announce.host}:${announce.port}@1 myself,${role} - 0 0 1 connected`;
        const lines = [`${self}${role === "master" ? ` ${index}` : ""}`, `${other} ${elsewhere} ${belief}`];
        const cluster = parseView(lines.join("\n"), "cluster_state:ok\r\n");
        return { ...server, redis: { cluster } as unknown as RedisObservation };
    });
    return clusterStateOf(model, observation).unknownNodes[0];
}
const seen = (flags: string, link = "connected", slots = "") => `${flags} - 0 0 1 ${link}${slots}`;
const kindOf = (beliefs: Record<string, string>) => {
    const found = unknownNode(beliefs);
    return [found?.kind, found?.givenUp];
};

describe("a node in a cluster that is at no address of ours", () => {
    it("is foreign as long as it answers somebody, owns slots or has replicas", () => {
        assert.deepEqual(kindOf({ "shard1-1": seen("master") }), ["foreign", false]);
        assert.deepEqual(kindOf({ "shard1-1": seen("slave,fail"), "shard2-1": seen("slave") }), ["foreign", false]);
        assert.deepEqual(kindOf({ "shard1-1": seen("master,fail", "disconnected", " 7") }), ["foreign", true]);
    });

    it("is dead when it answers nobody, also while Redis calls a link connected that it tries to make", () => {
        assert.deepEqual(kindOf({ "shard1-1": seen("slave", "disconnected") }), ["dead", false]);
        const both = { "shard1-1": seen("slave,fail"), "shard2-1": seen("slave,fail", "disconnected") };
        assert.deepEqual(kindOf(both), ["dead", true]);
    });

    it("is given up when a majority agreed, or when nobody who knows it may vote", () => {
        assert.deepEqual(kindOf({ "shard1-1": seen("slave,fail?") }), ["dead", false]);
        assert.deepEqual(kindOf({ "shard1-2": seen("slave,fail?") }), ["dead", true]);
    });

    it("does not matter when only those know it that leave themselves", () => {
        assert.equal(unknownNode({ "shard1-1": seen("slave,fail") }, false), undefined);
        assert.equal(unknownNode({ "shard1-1": seen("slave") }, false)?.kind, "foreign");
    });
});
