import assert from "node:assert/strict";
import type { Action, Change, Fault, Shape, Start } from "./actions";
import { changed as changedBy, declarationOf } from "./declaration";
import { copySurvives, costOf, isPlanned, lag, mayBeLost, type Window } from "./losses";

const survives = (
    persistence: Start["persistence"],
    replicas: number,
    action: Pick<Action, "change" | "fault">,
): boolean => {
    const before = declarationOf("star", { replicas, shards: 1, persistence, image: "7.0" });
    return copySurvives(before, changedBy(before, action.change), { ...action, step: 0 });
};
const nothing = { kind: "nothing" } as const;
const restart = { kind: "restart" } as const;

describe("What a fault may cost", () => {
    it("is nothing where only the update is disturbed, or the network is slow", () => {
        const harmless: (Fault | undefined)[] = [
            undefined,
            { kind: "killUp", ms: 0 },
            { kind: "twoUps" },
            { kind: "unforeseen" },
            { kind: "slow", server: 0, ms: 1 },
            { kind: "byHand", what: "config", server: 0 },
        ];
        for (const fault of harmless) assert.equal(isPlanned("star", fault), true, fault?.kind);
    });

    it("is what was not replicated where a process ends, or where others promote somebody", () => {
        for (const shape of ["star", "cluster"] satisfies Shape[]) {
            assert.equal(costOf(shape, { kind: "kill", server: 0 }), "unreplicated");
        }
        assert.equal(costOf("star", { kind: "cut", server: 0, ms: 1 }), "nothing");
        assert.equal(costOf("sentinel", { kind: "cut", server: 0, ms: 1 }), "unreplicated");
    });
});

describe("A copy of the data", () => {
    it("outlives the loss of a server as long as another one has it", () => {
        assert.equal(survives(["none"], 1, { change: nothing, fault: { kind: "wipe", server: 0 } }), true);
        assert.equal(survives(["none"], 1, { change: restart, fault: { kind: "wipe", server: 0 } }), false);
        assert.equal(survives(["none"], 2, { change: restart, fault: { kind: "wipe", server: 0 } }), true);
    });

    it("does not outlive the end of one that comes back with a snapshot: it may be the master", () => {
        assert.equal(survives(["rdb"], 1, { change: nothing, fault: { kind: "kill", server: 0 } }), false);
        assert.equal(survives(["rdb"], 1, { change: nothing, fault: { kind: "wipe", server: 0 } }), true);
    });

    it("does not outlive the end of all where one with a snapshot may be the master for the moment", () => {
        const all = { kind: "restartAll" } as const;
        assert.equal(survives(["aof", "rdb"], 1, { change: restart, fault: all }), false);
        assert.equal(survives(["aof", "rdb"], 1, { change: nothing, fault: all }), true);
    });

    it("outlives the end of all servers only on a disk that it is written to at once", () => {
        for (const [word, expected] of [
            ["none", false],
            ["rdb", false],
            ["aof", true],
        ] as const) {
            assert.equal(survives([word], 2, { change: nothing, fault: { kind: "restartAll" } }), expected, word);
        }
        const change = { kind: "persistence", words: ["aof"] } as const;
        assert.equal(
            survives(["none"], 2, { change: { ...change, words: ["aof"] }, fault: { kind: "restartAll" } }),
            false,
        );
        const toMemory = (words: Start["persistence"]) =>
            survives(["aof"], 2, { change: { ...change, words }, fault: { kind: "restartAll" } });
        assert.equal(toMemory(["none"]), false, "the log ends with nothing in its place");
        assert.equal(toMemory(["aof", "none"]), true);
    });
});

describe("A lost write", () => {
    const window = (fault: Fault | undefined, copy = true): Window => ({
        action: { change: nothing, ...(fault ? { fault } : {}), step: 0 },
        shape: "star",
        copySurvives: copy,
        struck: 10_000,
        from: 100,
        to: 200,
        lost: 0,
        gap: 0,
    });
    const kill: Fault = { kind: "kill", server: 0 };

    it("is never excused where only planned changes were made", () => {
        assert.equal(mayBeLost(window(undefined), 150, 10_000), false);
        assert.equal(mayBeLost(window({ kind: "killUp", ms: 0 }, false), 150, 10_000), false);
    });

    it("is excused where it was acknowledged around the fault, and not before", () => {
        assert.equal(mayBeLost(window(kill), 150, 10_000 - lag + 1), true);
        assert.equal(mayBeLost(window(kill), 150, 10_000 - lag - 1), false);
        assert.equal(mayBeLost(window(kill), 50, 10_000), false, "it had been seen on every server");
        const change: Change = { kind: "persistence", words: ["rdb"] };
        const changed = { ...window(kill), action: { change, fault: kill, step: 0 } };
        assert.equal(mayBeLost(changed, 150, 0), true, "a snapshot holds what was there before");
        assert.equal(mayBeLost(changed, 50, 0), false);
        assert.equal(mayBeLost({ ...window(kill), struck: undefined }, 150, 10_000), false);
    });

    it("is excused where no copy was left", () => {
        assert.equal(mayBeLost(window(kill, false), 50, 0), true);
    });
});
