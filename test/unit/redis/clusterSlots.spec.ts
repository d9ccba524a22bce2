import assert from "node:assert/strict";
import fc from "fast-check";
import { addressCount, addressFor, overlap, subnetFor, subnetProblem } from "../../../redis/model/cluster/addresses";
import {
    rangesOf,
    showRanges,
    slotCount,
    slotOf,
    slotRanges,
    slotsOf,
    tagIn,
} from "../../../redis/model/cluster/slots";
import { balance } from "../../../redis/plan/cluster/balance";

describe("slots of a cluster", () => {
    it("are those that Redis finds for a key", () => {
        assert.equal(slotOf("name"), 5798);
        assert.equal(slotOf("bbb"), 5287);
        assert.equal(slotOf("123456789"), 0x31c3);
        assert.equal(slotOf("{bbb}.x"), 5287);
        assert.equal(slotOf("a{bbb}{name}"), 5287);
        // Empty braces are no tag.
        assert.notEqual(slotOf("{}bbb"), slotOf("{}name"));
    });

    it("have a tag each", () => {
        for (const slot of [0, 1, 8191, slotCount - 1]) assert.equal(slotOf(`x{${tagIn(new Set([slot]))}}`), slot);
    });

    it("are shared without a gap and evenly, as redis-cli shares them among three", () => {
        assert.equal(showRanges(slotRanges(3)), "0-5460 5461-10921 10922-16383");
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 1000 }), (shards) => {
                const ranges = slotRanges(shards);
                assert.deepEqual(slotsOf(ranges), slotsOf([{ from: 0, to: slotCount - 1 }]));
                const sizes = ranges.map(({ from, to }) => to - from + 1);
                assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
            }),
            { numRuns: 30 },
        );
    });

    it("are the same as ranges and one by one", () => {
        fc.assert(
            fc.property(fc.uniqueArray(fc.integer({ min: 0, max: slotCount - 1 })), (slots) => {
                assert.deepEqual(
                    slotsOf(rangesOf(slots)),
                    [...slots].sort((a, b) => a - b),
                );
            }),
        );
    });

    it("are balanced by the fewest moves, whoever owns them", () => {
        const owners = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 12 });
        fc.assert(
            fc.property(owners, fc.integer({ min: 1, max: 12 }), (weights, keeping) => {
                const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
                const owned = new Map<string, number[]>(weights.map((_, at) => [`n${at}`, []]));
                let at = 0;
                weights.forEach((weight, owner) => {
                    const end =
                        owner === weights.length - 1 ? slotCount : at + Math.floor((weight / total) * slotCount);
                    for (; at < end; at++) owned.get(`n${owner}`)?.push(at);
                });
                const keepers = Array.from({ length: keeping }, (_, keeper) => `n${keeper}`);
                const after = new Map([...owned].map(([name, slots]) => [name, new Set(slots)]));
                let moved = 0;
                for (const { from, to, slots } of balance(owned, keepers)) {
                    for (const slot of slots) {
                        assert.ok(after.get(from)?.delete(slot), `${from} does not own ${slot}`);
                        after.set(to, (after.get(to) ?? new Set()).add(slot));
                        moved++;
                    }
                }
                const sizes = keepers.map((name) => after.get(name)?.size ?? 0);
                assert.equal(
                    sizes.reduce((sum, size) => sum + size, 0),
                    slotCount,
                );
                assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
                // Nobody gives more than its surplus.
                const before = keepers.map((name) => owned.get(name)?.length ?? 0).sort((a, b) => b - a);
                const shares = [...sizes].sort((a, b) => b - a);
                const least = shares.reduce((sum, share, index) => sum + Math.max(0, share - (before[index] ?? 0)), 0);
                assert.equal(moved, least);
            }),
        );
    });
});

describe("addresses of a cluster", () => {
    it("lie in the subnet, differ, and stay the same", () => {
        const subnet = subnetFor("redis-dev");
        assert.equal(subnetProblem(subnet), undefined);
        assert.equal(subnetFor("redis-dev"), subnet);
        const addresses = Array.from({ length: addressCount }, (_, port) => addressFor(subnet, 6371 + port));
        assert.equal(new Set(addresses).size, addressCount);
        for (const address of addresses) assert.ok(overlap(subnet, `${address}/32`), address);
        // Neither the network itself nor Docker's gateway nor the broadcast address.
        assert.equal(addressFor("172.30.0.0/20", 0), "172.30.0.2");
        assert.equal(addressFor("172.30.0.0/20", addressCount - 1), "172.30.15.254");
    });

    it("rarely meet those of other stacks", () => {
        const subnets = new Set(Array.from({ length: 200 }, (_, stack) => subnetFor(`redis-${stack}`)));
        assert.ok(subnets.size > 180);
    });

    it("tell subnets that cross from those that do not", () => {
        assert.ok(overlap("10.0.0.0/8", "10.3.16.0/20"));
        assert.ok(overlap("10.3.16.0/20", "10.0.0.0/8"));
        assert.ok(!overlap("10.3.16.0/20", "10.3.32.0/20"));
        assert.ok(!overlap("10.3.16.0/20", "fd00::/64"));
    });

    it("refuse a subnet that is none, too small, public or has bits too many", () => {
        for (const [subnet, says] of [
            ["10.0.0.0", /IPv4 network/],
            ["10.0.0.0/24", /own there/],
            ["8.0.0.0/16", /Must lie within 10\.0\.0\.0\/8/],
            ["172.30.1.0/20", /172\.30\.0\.0\/20 would do/],
            [7, /not 7/],
        ] as const) {
            assert.match(subnetProblem(subnet) ?? "fine", says);
        }
    });
});
