import { deepStrictEqual } from "node:assert/strict";
import { redacted } from "../../policies/redis/plain";
import { cluster, replication, watched } from "./support/baseline";
import { judge, summary, unknown } from "./support/judge";
import { own, ownWatched } from "./support/own";

describe("policies on sound stacks", () => {
    const tls = "redis-tls";
    it("say nothing of one master with two replicas", () => {
        deepStrictEqual(summary(judge(replication())), []);
    });
    it("say nothing of three hosts with Sentinels", () => {
        deepStrictEqual(summary(judge(watched())), []);
    });
    it("ask a cluster across hosts for nothing but TLS", () => {
        deepStrictEqual(
            summary(judge(cluster())),
            [1, 2, 3, 4, 5, 6].map((number) => `${tls} node${number}`),
        );
    });
    it("ask this project's own Sentinels and servers across hosts for nothing but TLS", () => {
        const nodes = ["redis1", "redis2", "redis3", "sentinel1", "sentinel2", "sentinel3"];
        deepStrictEqual(
            summary(judge(own(ownWatched("a", "b", "c")))),
            nodes.map((name) => `${tls} ${name}`),
        );
    });
    for (const [what, value] of Object.entries({ "not known yet": unknown, hidden: redacted })) {
        it(`say nothing while values are ${what}`, () => {
            for (const property of Object.keys(replication()[2]?.props ?? {})) {
                const resources = replication();
                for (const { props } of resources) {
                    if (property in props) {
                        props[property] = value;
                    }
                }
                // Where files or mounts are unknown, only that is said.
                const violations = summary(judge(resources)).filter(
                    (violation) => !violation.startsWith("redis-configuration-visible"),
                );
                deepStrictEqual(violations, [], property);
            }
        });
        it(`say nothing while the content of files is ${what}`, () => {
            const resources = replication();
            for (const { props } of resources) {
                for (const upload of (props.uploads ?? []) as { content: string }[]) {
                    upload.content = value;
                }
            }
            deepStrictEqual(summary(judge(resources)), [
                "redis-configuration-visible master",
                "redis-configuration-visible replica1",
                "redis-configuration-visible replica2",
            ]);
        });
    }
});
