import assert from "node:assert/strict";
import { validate } from "../../../redis/declaration/validation";
import { buildModel } from "../../../redis/model/model";
import { watchOf } from "../../../redis/model/sentinel/declaration";
import { watchWarnings } from "../../../redis/preflight/watchWarnings";

const sound = {
    topology: "sentinel",
    image: "redis:8.0",
    nodes: [
        { name: "a", port: 6379 },
        { name: "b", port: 6380, replicaOf: "a" },
        { name: "c", port: 6381, replicaOf: "a" },
    ],
    sentinels: [1, 2, 3].map((number) => ({ name: `s${number}`, port: 26378 + number })),
};

describe("declarations with Sentinel", () => {
    const problems = (change: object) =>
        validate({ ...sound, ...change }).map(({ path, message }) => `${path}: ${message}`);

    it("take a star with three Sentinels, and a subnet for its bridge", () => {
        assert.deepEqual(problems({}), []);
        assert.deepEqual(problems({ subnet: "172.20.0.0/20" }), []);
    });

    const mistakes: [string, object, RegExp][] = [
        [
            "a chain",
            { nodes: [...sound.nodes.slice(0, 2), { name: "c", port: 6381, replicaOf: "b" }] },
            /^nodes\[2\]\.replicaOf: "b" is a replica itself: Sentinel sees only/,
        ],
        [
            "ports that stand for one address on the bridge",
            { sentinels: [...sound.sentinels.slice(0, 2), { name: "s3", port: 6379 + 4093 }] },
            /^sentinels\[2\]\.port: Differs from nodes\[0\]\.port by a multiple of 4093/,
        ],
        ["a subnet that is none", { subnet: "172.20.0.0/30" }, /^subnet: Must be an IPv4 network/],
        ["a subnet without a bridge", { subnet: "172.20.0.0/20", network: "host" }, /^subnet: Only a bridge/],
        ["one Sentinel", { sentinels: sound.sentinels.slice(0, 1) }, /^sentinels: There is 1 Sentinel, and three/],
        ["two Sentinels", { sentinels: sound.sentinels.slice(0, 2) }, /^sentinels: There are 2 Sentinels, and three/],
        ["a wait of years", { sentinel: { downAfterMilliseconds: 99999999999999 } }, /from 100 to 3600000/],
        ["hardly any wait", { sentinel: { downAfterMilliseconds: 1 } }, /from 100 to 3600000/],
        ["a text for a number", { sentinel: { parallelSyncs: "1" } }, /whole number from 1 to 1000, not "1"/],
        ["no number at all", { sentinel: { failoverTimeout: null } }, /whole number from 1000 to 86400000/],
        ["no Sentinels", { sentinels: [] }, /^sentinels: Must list/],
        [
            "a name twice",
            { sentinels: [...sound.sentinels.slice(0, 2), { name: "a", port: 26390 }] },
            /^sentinels\[2\]\.name: "a" is already nodes\[0\]\.name/,
        ],
        [
            "a port twice",
            { sentinels: [...sound.sentinels.slice(0, 2), { name: "s3", port: 6379 }] },
            /^sentinels\[2\]\.port: 6379 is already nodes\[0\]\.port/,
        ],
        ["a quorum beyond all", { sentinel: { quorum: 4 } }, /^sentinel\.quorum: There are 3 Sentinels/],
        ["an unknown setting", { sentinel: { downAfter: 1 } }, /^sentinel\.downAfter: There is no key/],
        ["Sentinels of another topology", { topology: "replication" }, /^sentinels: Belongs to another topology/],
    ];
    for (const [title, change, expected] of mistakes) {
        it(`refuse ${title}, once`, () => {
            const [problem = "", ...others] = problems(change);
            assert.match(problem, expected);
            assert.deepEqual(others, []);
        });
    }

    it("warn of Sentinels that have nobody to promote", () => {
        const warnings = (nodes: object[], topology = "sentinel") =>
            watchWarnings(buildModel({ ...sound, topology, nodes } as never, { id: "id", prefix: "p" }));
        assert.match(warnings(sound.nodes.slice(0, 1))[0] ?? "", /^a: it has no replica/);
        assert.deepEqual(warnings(sound.nodes), []);
        assert.deepEqual(warnings(sound.nodes.slice(0, 1), "replication"), []);
    });

    it("take a majority for the quorum", () => {
        assert.deepEqual(
            [1, 2, 3, 4, 5].map((count) => watchOf({}, count).quorum),
            [1, 2, 2, 3, 3],
        );
    });
});
