import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { buildModel } from "../../../redis/model/model";
import { type Allowed, type LiveChange, liveChange } from "../../../redis/plan/liveChange";
import type { Observation } from "../../../redis/state/observation";
import { observed, replicationPassword } from "./observed";

const identity = { id: "id", prefix: "redis-test" };
const image = "redis:8.0.2";
const args: DeploymentArguments = {
    image,
    network: "host",
    nodes: [
        { name: "a", port: 6379 },
        { name: "b", port: 6380, replicaOf: "a" },
    ],
};
const live = buildModel(args, identity);
const cluster: DeploymentArguments = {
    topology: "cluster",
    image,
    network: "host",
    data: "delete",
    cluster: { shards: 3 },
};
const nothing: Allowed = { deleteData: [], endPasswords: false };

function changeTo(declared: DeploymentArguments, observation: Observation, allowed = nothing): LiveChange {
    const model = buildModel(declared, identity);
    return liveChange({ args: declared, model }, { model, users: [], replicationPassword }, observation, allowed);
}

const without = (changed: LiveChange) => ({ ...changed, description: undefined });

/** The servers of the tree, about to leave for another declaration. */
const leaving = observed(live).map((server) => ({
    ...server,
    declared: false,
    container: { id: `${server.node}0123456789abcdef`, name: server.node, state: "running", status: "Up" },
}));

describe("What lies between servers that run and their declaration", () => {
    it("is nothing when they are as declared", () => {
        const found = changeTo(args, observed(live));
        assert.deepEqual(without(found), { drifted: false, refusedCopies: [], problems: [], description: undefined });
        assert.deepEqual(found.description.steps, []);
    });

    it("is what is done to them, in words", () => {
        const found = changeTo(args, observed(live, { b: { following: undefined, role: "master", linkUp: false } }));
        assert.equal(found.drifted, true);
        assert.match(found.description.steps.join("\n"), /^b: follow a/m);
    });

    it("is also what is only waited for", () => {
        const found = changeTo(args, observed(live, { b: "silent" }));
        assert.equal(found.drifted, true);
        assert.match(found.description.steps.join("\n"), /^b: /m);
    });

    it("may be what only a person can decide", () => {
        const paused = observed(live).map((server) => ({
            ...server,
            ...(server.node === "a" ? { redis: undefined, container: { ...server.container, state: "paused" } } : {}),
        })) as Observation;
        const [problem] = changeTo(args, paused).problems;
        assert.equal(problem?.path, "a");
        assert.match(problem?.message ?? "", /docker unpause/);
    });

    it("may be the loss of keys, unless the stack file or an answer lets exactly these go", () => {
        const refused = changeTo(cluster, leaving);
        assert.deepEqual(
            refused.refusedCopies.map(({ word }) => word),
            ["a:a0123456789a"],
        );
        assert.equal(refused.problems.length, 1);
        assert.deepEqual(refused.description.keys, { a: 10, b: 10 });
        const word = "a:a0123456789a";
        for (const found of [
            changeTo({ ...cluster, deleteData: [word] }, leaving),
            changeTo(cluster, leaving, { ...nothing, deleteData: [word] }),
        ]) {
            assert.deepEqual([found.refusedCopies, found.problems], [[], []]);
            assert.equal(found.description.losses.length, 1);
        }
        assert.equal(changeTo(cluster, leaving, { ...nothing, deleteData: ["a:another"] }).problems.length, 1);
    });

    it("may be an outage, where none is allowed", () => {
        const alone: DeploymentArguments = { image, network: "host", nodes: [{ name: "a", port: 6379 }] };
        const outdated = observed(buildModel(alone, identity)).map((server) => ({
            ...server,
            ...(server.container ? { container: { ...server.container, specification: "another" } } : {}),
        }));
        assert.deepEqual(changeTo(alone, outdated).problems, []);
        assert.deepEqual(
            changeTo({ ...alone, allowOutage: false }, outdated).problems.map(({ path }) => path),
            ["a"],
        );
    });
});
