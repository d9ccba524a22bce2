import assert from "node:assert/strict";
import fc from "fast-check";
import {
    mostReplicas,
    type Place,
    place,
    placementProblems,
    placeName,
    placesOf,
    portOffset,
    type Shape,
} from "../../../redis/model/cluster/placement";

const shapes = fc.record({
    shards: fc.integer({ min: 1, max: 40 }),
    replicasPerShard: fc.integer({ min: 0, max: 4 }),
});
const hostLists = fc.integer({ min: 1, max: 9 }).map((count) => Array.from({ length: count }, (_, at) => `h${at}`));

const hostOf = (placed: Map<string, string>, at: Place): string => placed.get(placeName(at)) ?? "";
const counts = (hosts: string[], names: string[]): number[] =>
    hosts.map((host) => names.filter((name) => name === host).length);
const spread = (values: number[]): number => Math.max(...values) - Math.min(...values);

/** Holds for every placement on two hosts or more, pinned or not. */
function assertSafe(shape: Shape, hosts: string[], placed: Map<string, string>): void {
    assert.deepEqual(placementProblems(shape, hosts, placed), []);
    for (const at of placesOf(shape)) {
        assert.ok(hosts.includes(hostOf(placed, at)));
        if (at.copy > 0) assert.notEqual(hostOf(placed, at), hostOf(placed, { ...at, copy: 0 }));
    }
}

describe("placement of a cluster", () => {
    it("puts no replica beside its master, and no majority on one of three hosts", () => {
        fc.assert(
            fc.property(shapes, hostLists, (shape, hosts) => {
                const placed = place(shape, hosts);
                assert.equal(placed.size, shape.shards * (shape.replicasPerShard + 1));
                if (hosts.length < 2) return;
                assertSafe(shape, hosts, placed);
                if (hosts.length < 3 || shape.shards < 2) return;
                const masters = placesOf(shape).filter(({ copy }) => copy === 0);
                const most = Math.max(
                    ...counts(
                        hosts,
                        masters.map((at) => hostOf(placed, at)),
                    ),
                );
                assert.ok(most * 2 <= shape.shards);
            }),
        );
    });

    it("spreads masters evenly, and every copy of the shards likewise", () => {
        fc.assert(
            fc.property(shapes, hostLists, (shape, hosts) => {
                const placed = place(shape, hosts);
                for (let copy = 0; copy <= shape.replicasPerShard; copy++) {
                    const names = placesOf(shape)
                        .filter((at) => at.copy === copy)
                        .map((at) => hostOf(placed, at));
                    const bound = copy === 0 ? 1 : 2;
                    assert.ok(spread(counts(hosts, names)) <= bound, `copy ${copy}: ${counts(hosts, names)}`);
                }
            }),
        );
    });

    it("moves nobody when shards or replicas come or go", () => {
        fc.assert(
            fc.property(shapes, shapes, hostLists, (one, other, hosts) => {
                const [before, after] = [place(one, hosts), place(other, hosts)];
                for (const [name, host] of after) assert.ok(!before.has(name) || before.get(name) === host);
            }),
        );
    });

    it("keeps what is pinned when hosts come, and finds safe places for the rest", () => {
        fc.assert(
            fc.property(
                shapes,
                shapes,
                fc.integer({ min: 3, max: 6 }),
                fc.integer({ min: 0, max: 3 }),
                (one, other, count, more) => {
                    const hosts = Array.from({ length: count + more }, (_, at) => `h${at}`);
                    const before = place(one, hosts.slice(0, count));
                    const names = new Set(placesOf(other).map(placeName));
                    const pinned = new Map([...before].filter(([name]) => names.has(name)));
                    const after = place(other, hosts, pinned);
                    for (const [name, host] of pinned) assert.equal(after.get(name), host);
                    for (const at of placesOf(other)) {
                        if (at.copy === 0 || pinned.has(placeName({ ...at, copy: 0 })) === pinned.has(placeName(at)))
                            continue;
                        assert.notEqual(hostOf(after, at), hostOf(after, { ...at, copy: 0 }));
                    }
                },
            ),
        );
    });

    it("names a pin that puts a replica beside its master, and one that gives a host the majority", () => {
        const hosts = ["a", "b", "c"];
        const shape = { shards: 3, replicasPerShard: 1 };
        const problems = (pins: Record<string, string>) =>
            placementProblems(shape, hosts, place(shape, hosts, new Map(Object.entries(pins)))).join("\n");
        assert.match(problems({ "shard1-1": "a", "shard1-2": "a" }), /shard1-2 would be on a, the host of its master/);
        assert.match(problems({ "shard1-1": "a", "shard2-1": "a" }), /a would have 2 of 3 masters/);
        assert.equal(problems({ "shard1-1": "c" }), "");
    });

    it("gives each place a port of its own that no other shape changes, six in a row for three shards of two", () => {
        const offsets = placesOf({ shards: 500, replicasPerShard: mostReplicas }).map(portOffset);
        assert.equal(new Set(offsets).size, offsets.length);
        assert.ok(Math.max(...offsets) < 4000);
        assert.deepEqual(placesOf({ shards: 3, replicasPerShard: 1 }).map(portOffset), [0, 1, 2, 3, 4, 5]);
    });
});
