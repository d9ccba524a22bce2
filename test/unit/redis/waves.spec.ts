import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { specification } from "../../../redis/model/containerSpecification";
import { buildModel, type Model } from "../../../redis/model/model";
import { describeRollout, outageProblems } from "../../../redis/plan/rollout/describe";
import { successorOf } from "../../../redis/plan/rollout/successor";
import { unreadableProblems } from "../../../redis/plan/rollout/unreadable";
import { nextWave } from "../../../redis/plan/rollout/waves";
import type { Observation, ServerObservation } from "../../../redis/state/observation";
import { absent, type Change, observed } from "./observed";

/** A deployment whose servers are named, each with whom it replicates. */
function tree(shape: Record<string, string | undefined>, more: Partial<DeploymentArguments> = {}): Model {
    const nodes = Object.entries(shape).map(([name, replicaOf], index) => ({
        name,
        port: 6379 + index,
        ...(replicaOf ? { replicaOf } : {}),
    }));
    return buildModel({ image: "redis:8", nodes, ...more }, { id: "id", prefix: "p" });
}

/** The waves in which servers go when each comes back as it was. */
function waves(model: Model, observation: Observation, due: string[] = []): string[] {
    const left = new Set(model.nodes.map(({ name }) => name));
    const found: string[] = [];
    for (let tried = false; left.size > 0; ) {
        const wave = nextWave(model, observation, left, tried, new Set(due));
        if (!wave) return [...found, `left: ${[...left].join(" ")}`];
        found.push(`${wave.kind}: ${wave.nodes.join(" ")}`);
        for (const node of wave.nodes) left.delete(node);
        if (wave.kind !== "absent" && wave.kind !== "behind") tried = true;
    }
    return found;
}

const star = tree({ a: undefined, b: "a", c: "a" });
const down: Change = { linkUp: false };

describe("waves of a tree", () => {
    it("begin with one replica, go on one by one, and end with the master", () => {
        assert.deepEqual(waves(star, observed(star)), ["canary: b", "replicas: c", "masters: a"]);
    });

    it("take the end of a chain before its middle", () => {
        const chain = tree({ a: undefined, b: "a", c: "b" });
        assert.deepEqual(waves(chain, observed(chain)), ["canary: c", "replicas: b", "masters: a"]);
    });

    it("go by the roles that servers have, not by those that are declared", () => {
        const moved = tree({ a: "b", b: undefined, c: "b" });
        assert.deepEqual(waves(star, observed(moved)), ["canary: a", "replicas: c", "masters: b"]);
    });

    it("begin with those that nobody depends on, so that they are in sync before others go", () => {
        assert.deepEqual(waves(star, observed(star, { b: "stopped", c: down })), [
            "absent: b",
            "behind: c",
            "alone: a",
        ]);
    });

    it("keep a master that will be replaced until a replica of it is in sync", () => {
        const behind = observed(star, { b: down, c: down });
        assert.deepEqual(waves(star, behind, ["a"]), ["behind: b c", "left: a"]);
    });

    it("leave a master that nobody can stand in for to a turn of its own", () => {
        const alone = tree({ a: undefined });
        assert.deepEqual(waves(alone, observed(alone)), ["alone: a"]);
    });

    it("wait for replicas whose master is gone: they may have the only data", () => {
        const orphans = observed(star, { a: "stopped", b: down, c: down });
        assert.deepEqual(waves(star, orphans), ["absent: a", "left: b c"]);
    });

    it("wait for a server that does not answer or still loads, whatever it is declared to be", () => {
        assert.deepEqual(waves(star, observed(star, { a: "silent", b: down, c: down })), ["left: a b c"]);
        assert.deepEqual(waves(star, observed(star, { c: { loadedBytes: 5 } })), [
            "canary: b",
            "masters: a",
            "left: c",
        ]);
    });
});

describe("a server that does not answer", () => {
    const problems = (change: Change) => unreadableProblems(observed(star, { a: change }));

    it("is refused by name, with what to do", () => {
        const [problem, ...others] = problems("silent");
        assert.deepEqual(others, []);
        assert.equal(problem?.path, "a");
        assert.match(problem?.message ?? "", /does not answer on 127\.0\.0\.1:6379 .*docker restart p-a/);
    });

    it("is none that is stopped or does not stay up", () => {
        assert.deepEqual(problems("stopped"), []);
        assert.deepEqual(problems({ gone: "its container does not stay up" }), []);
    });
});

describe("the successor of a master", () => {
    const of = (model: Model, observation: Observation, left: string[] = ["a"]) =>
        successorOf(
            model,
            observation.find(({ node }) => node === "a") as ServerObservation,
            observation,
            new Set(left),
        );

    it("is the replica that keeps most of what is written, then the nearest one", () => {
        const nodes = [
            { name: "a", port: 1 },
            { name: "b", port: 2, replicaOf: "a", persistence: "none" as const },
            { name: "c", port: 3, replicaOf: "b", persistence: "aof" as const },
        ];
        const model = buildModel({ image: "redis:8", nodes }, { id: "id", prefix: "p" });
        assert.equal(of(model, observed(model))?.node, "c");
        const alike = tree({ a: undefined, b: "a", c: "b" });
        assert.equal(of(alike, observed(alike))?.node, "b");
    });

    it("is none whose own turn has not come, or that is behind", () => {
        assert.equal(of(star, observed(star), ["a", "b"])?.node, "c");
        assert.equal(of(star, observed(star, { b: down, c: down })), undefined);
    });
});

describe("what a rollout says before", () => {
    it("is each server that will be replaced, in its turn", () => {
        const current = ({ node, container, ...rest }: ServerObservation): ServerObservation => ({
            ...rest,
            node,
            ...(container
                ? {
                      container: {
                          ...container,
                          specification: node === "c" ? specification(star, star.nodes[2] as never) : "old",
                      },
                  }
                : {}),
        });
        assert.deepEqual(describeRollout(star, observed(star).map(current)), [
            "b: replaced first, as the canary: the others wait until it is in sync",
            "a: replaced last, after it has handed over to a replica (b or c); writes pause for about 0.2 s at each handover",
        ]);
    });

    it("is nothing where everything is as declared", () => {
        const servers = observed(star).map((server) => absent(server, "silent"));
        assert.deepEqual(
            describeRollout(
                star,
                servers.map(({ container, ...rest }) => rest),
            ),
            [],
        );
    });
});

describe("a deployment that allows no outage", () => {
    const alone = tree({ a: undefined });
    const old = (model: Model) =>
        observed(model).map(({ container, ...rest }) => ({
            ...rest,
            ...(container ? { container: { ...container, specification: "old" } } : {}),
        }));

    it("refuses to replace a master that no replica can stand in for, and no other", () => {
        assert.deepEqual(
            outageProblems(alone, old(alone)).map(({ path }) => path),
            ["a"],
        );
        assert.deepEqual(outageProblems(star, old(star)), []);
    });
});
