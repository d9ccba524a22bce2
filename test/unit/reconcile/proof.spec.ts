import assert from "node:assert/strict";
import { proven } from "../../../reconcile/proof";

const limits = { patience: 30, pause: 1 };

describe("a proof", () => {
    it("that fails leads back to settling, and holds in the end", async () => {
        const lines: string[] = [];
        const rounds = [["first"], [], ["second", "first"], []];
        const answers = ["MOVED", "MOVED", "CLUSTERDOWN", ""];
        const { done, verified } = await proven(
            async () => ({ done: rounds.shift() ?? [] }),
            async () => {
                const answer = answers.shift();
                if (answer) throw new Error(answer);
                return "all take writes";
            },
            (line) => lines.push(line),
            { ...limits, patience: 10_000 },
        );
        assert.equal(verified, "all take writes");
        assert.deepEqual(done, ["first", "second"]);
        assert.deepEqual(lines, ["not usable yet: MOVED", "not usable yet: CLUSTERDOWN", "all take writes"]);
    });

    it("that never holds ends with how often it was tried and the last cause", async () => {
        let tries = 0;
        await assert.rejects(
            proven(
                async () => ({ done: ["always the same"] }),
                async () => {
                    tries++;
                    throw new Error("n1: expected a write to be taken, seen NOREPLICAS");
                },
                () => undefined,
                limits,
            ),
            (error: Error) => {
                assert.ok(tries > 1);
                const seen = "n1: expected a write to be taken, seen NOREPLICAS";
                assert.ok(error.message.endsWith(`tried ${tries} times, the last time it failed with: ${seen}`));
                return true;
            },
        );
    });
});
