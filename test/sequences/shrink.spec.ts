import assert from "node:assert/strict";
import type { Action, Trace } from "./actions";
import { shrunk, smallerThan } from "./shrink";

const action = (kind: "setting" | "restart" | "memory" | "image", fault?: Action["fault"]): Action => ({
    change: { kind },
    ...(fault ? { fault } : {}),
    step: 5,
});
const trace: Trace = {
    shape: "star",
    start: { replicas: 3, shards: 1, persistence: ["none", "aof"], image: "7.0" },
    actions: [
        action("setting"),
        action("image", { kind: "kill", server: 0 }),
        action("memory", { kind: "restartAll" }),
    ],
};

describe("Making a failing trace smaller", () => {
    it("leaves out everything that the failure does not need", async () => {
        const fails = async ({ actions }: Trace) =>
            actions.some(({ change, fault }) => change.kind === "image" && fault?.kind === "kill");
        assert.deepEqual(await shrunk(trace, smallerThan, fails, () => false), {
            shape: "star",
            start: { replicas: 1, shards: 1, persistence: ["none"], image: "7.0" },
            actions: [{ ...action("image", { kind: "kill", server: 0 }), step: 0 }],
        });
    });

    it("ends when there has been enough of it, with the smallest so far", async () => {
        let tries = 0;
        const smallest = await shrunk(
            trace,
            smallerThan,
            async () => true,
            () => tries++ >= 1,
        );
        assert.deepEqual(smallest.actions, trace.actions.slice(-1));
    });

    it("never makes a trace larger, nor empties it", () => {
        for (const { actions, start } of smallerThan(trace)) {
            assert.ok(actions.length >= 1 && actions.length <= 3);
            assert.ok(start.replicas >= 1);
        }
    });
});
