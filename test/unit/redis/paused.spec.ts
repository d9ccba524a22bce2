import assert from "node:assert/strict";
import { buildModel } from "../../../redis/model/model";
import { planDeployment } from "../../../redis/plan/plan";
import { silence } from "../../../redis/plan/servers";
import type { Observation } from "../../../redis/state/observation";
import { statusTable } from "../../../redis/status/status";
import { absent, observed, replicationPassword } from "./observed";

const model = buildModel(
    {
        image: "redis:8.0.2",
        nodes: [
            { name: "a", port: 6379 },
            { name: "b", port: 6380, replicaOf: "a" },
        ],
    },
    { id: "id", prefix: "redis-test" },
);

/** The tree with one server paused, declared or about to leave. */
function paused(node: string, declared = true): Observation {
    return observed(model, { b: { linkUp: false } }).map((server) => {
        if (server.node !== node) return server;
        const { redis, ...rest } = server;
        const container = { id: node, name: `redis-test-${node}`, state: "paused", status: "Up 5 seconds (Paused)" };
        return { ...rest, declared, container };
    });
}

describe("a paused container", () => {
    const desired = { model, users: [], replicationPassword };

    it("is a reason to do nothing, whoever it is, and said with the command that ends it", () => {
        for (const [node, declared] of [
            ["a", true],
            ["b", true],
            ["b", false],
        ] as const) {
            const plan = planDeployment(desired, paused(node, declared));
            assert.deepEqual([plan.steps, plan.waiting], [[], []]);
            assert.deepEqual(plan.refused, [
                {
                    path: node,
                    message: `expected its container to run, seen it paused, and it may hold what no other server has: run \`docker unpause redis-test-${node}\``,
                },
            ]);
        }
    });

    it("is told by name in the table", () => {
        assert.match(
            statusTable(model, paused("b")).join("\n"),
            /b .*its container paused \(docker unpause redis-test-b\)/,
        );
    });
});

describe("a server that does not answer", () => {
    it("is no absent one where its Engine cannot be asked", () => {
        const [server] = observed(model);
        assert.ok(server);
        const { container, redis, ...unread } = server;
        assert.equal(
            silence({ ...unread, problem: "no answer of the Docker Engine of h1" }),
            "no answer of the Docker Engine of h1",
        );
        assert.equal(silence(unread), "no container");
        assert.equal(silence(absent(server, "stopped")), "its container exited (Exited (137))");
    });
});
