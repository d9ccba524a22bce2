import assert from "node:assert/strict";
import { awaited, carryOut, type Work } from "../../../reconcile/rollout/carryOut";

describe("Work that hands out promises", () => {
    it("goes on with what each of them brings, and ends with what it returns", async () => {
        function* work(): Work<string> {
            const one = yield* awaited(Promise.resolve(1));
            const two = yield* awaited(Promise.resolve(one + 1));
            return `${one} ${two}`;
        }
        assert.equal(await carryOut(work()), "1 2");
    });

    it("meets the error of one that fails where it waits for it", async () => {
        function* work(): Work<string> {
            try {
                yield* awaited(Promise.reject(new Error("no answer")));
            } catch (error) {
                return (error as Error).message;
            }
            return "an answer";
        }
        assert.equal(await carryOut(work()), "no answer");
    });

    it("fails with an error that it does not expect, once", async () => {
        let tries = 0;
        function* work(): Work {
            yield* awaited(Promise.resolve());
            tries++;
            throw new TypeError("a fault");
        }
        await assert.rejects(carryOut(work()), TypeError);
        assert.equal(tries, 1);
    });
});
