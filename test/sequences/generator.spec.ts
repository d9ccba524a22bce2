import assert from "node:assert/strict";
import { validate } from "../../redis/declaration/validation";
import { allPairs, pairOf } from "./actions";
import { argumentsOf, changed, declarationOf } from "./declaration";
import { numbersOf, traceAt, traces } from "./generator";

const several = (seed: number, count: number) => {
    const all = traces(seed, { actions: 3 });
    return Array.from({ length: count }, () => all.next().value);
};

describe("Generated traces", () => {
    it("are the same for the same seed, and each can be had by its number", () => {
        const all = several(7, 20);
        assert.deepEqual(several(7, 20), all);
        assert.deepEqual(traceAt(7, 13, { actions: 3 }), all[13]);
        assert.notDeepEqual(several(8, 20), all);
    });

    it("try every pair of a change and a fault on every shape within 1,200", () => {
        const tried = new Set<string>();
        for (const { shape, start, actions } of several(2026, 1200)) {
            let declaration = declarationOf(shape, start);
            for (const action of actions) {
                tried.add(pairOf(declaration.shape, action));
                declaration = changed(declaration, action.change);
            }
        }
        assert.deepEqual(
            allPairs().filter((pair) => !tried.has(pair)),
            [],
        );
    });

    it("can be had for one pair alone, whose fault strikes at the first step", () => {
        for (const pair of allPairs().filter((_, at) => at % 97 === 0)) {
            for (const number of numbersOf(pair)) {
                const { shape, actions } = traceAt(2026, number, { actions: 3 });
                assert.deepEqual(
                    actions.map((action) => [pairOf(shape, action), action.step]),
                    [[pair, 0]],
                );
            }
        }
    });

    it("make declarations that are valid, whatever is left out of them", () => {
        for (const { shape, start, actions } of several(2026, 300)) {
            for (let skipped = -1; skipped < actions.length; skipped++) {
                let declaration = declarationOf(shape, start);
                for (const { change } of actions.filter((_, at) => at !== skipped)) {
                    declaration = changed(declaration, change);
                    const names = [...declaration.servers.map(({ name }) => name), "s1", "s2", "s3"];
                    const args = argumentsOf(declaration, "redis:8.0.2", (name) => 7000 + names.indexOf(name));
                    assert.deepEqual(validate({ ...args, network: "host" }), [], JSON.stringify(change));
                }
            }
        }
    });
});
