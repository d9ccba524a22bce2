import assert from "node:assert/strict";
import { validate } from "../../../redis/declaration/validation";

const star = [
    { name: "a", port: 6379 },
    { name: "b", port: 6380, replicaOf: "a" },
    { name: "c", port: 6381, replicaOf: "a" },
];
const chain = [
    { name: "a", port: 6379 },
    { name: "b", port: 6380, replicaOf: "a" },
    { name: "c", port: 6381, replicaOf: "b" },
];
const sentinels = [1, 2, 3].map((index) => ({ name: `s${index}`, port: 26_379 + index }));
const shards = [
    { name: "m", port: 6379 },
    { name: "r", port: 6380, replicaOf: "m" },
    { name: "n", port: 6381 },
];

const demand = (count: number | string, more: object = {}) => ({ "min-replicas-to-write": count, ...more });

describe("min-replicas-to-write", () => {
    for (const [what, args, path, says] of [
        [
            "more than the master's replicas",
            { nodes: star, settings: demand(5) },
            "settings.min-replicas-to-write",
            /Nobody could ever write: the master a has 2 replicas, not 5; say 2 at most/,
        ],
        [
            "replicas of replicas",
            { nodes: chain, settings: demand("2") },
            "settings.min-replicas-to-write",
            /the master a has 1 replica, not 2/,
        ],
        [
            "a line of the master's own",
            { nodes: [{ ...star[0], settings: demand(3) }, ...star.slice(1)] },
            "nodes[0].settings.min-replicas-to-write",
            /has 2 replicas, not 3/,
        ],
        [
            "a master alone",
            { nodes: star.slice(0, 1), settings: demand(1) },
            "settings.min-replicas-to-write",
            /has 0 replicas, not 1; leave it out/,
        ],
        [
            "a server that Sentinel may promote",
            { topology: "sentinel", sentinels, nodes: [...star.slice(0, 2), { ...star[2], settings: demand(3) }] },
            "nodes[2].settings.min-replicas-to-write",
            /c as the master has 2 replicas, not 3/,
        ],
        [
            "more than the replicas of a shard",
            { topology: "cluster", cluster: { shards: 3 }, settings: demand(2) },
            "settings.min-replicas-to-write",
            /a master of this cluster has 1 replica, not 2/,
        ],
        [
            "a shard without replicas",
            { topology: "cluster", nodes: shards, settings: demand(1) },
            "settings.min-replicas-to-write",
            /a master of the shard of n has 0 replicas, not 1/,
        ],
    ] as const) {
        it(`is refused beyond what can be there: ${what}`, () => {
            const problems = validate({ image: "redis:8.0", ...args });
            assert.deepEqual(
                problems.map((problem) => problem.path),
                [path],
            );
            assert.match(problems[0]?.message ?? "", says);
        });
    }

    for (const [what, args] of [
        ["as many as there are", { nodes: star, settings: demand(2) }],
        ["a replica's own, which counts only on masters", { nodes: [star[0], { ...star[1], settings: demand(9) }] }],
        ["a rule that is switched off", { nodes: star, settings: demand(5, { "min-replicas-max-lag": 0 }) }],
        ["every other server of Sentinel's", { topology: "sentinel", sentinels, nodes: star, settings: demand(2) }],
        ["the replicas of a shard", { topology: "cluster", cluster: { shards: 3 }, settings: demand(1) }],
    ] as const) {
        it(`takes ${what}`, () => assert.deepEqual(validate({ image: "redis:8.0", ...args }), []));
    }
});
