import assert from "node:assert/strict";
import { Patience } from "../../../reconcile/patience";

describe("how long convergence waits", () => {
    let now: number;
    let patience: Patience;

    beforeEach(() => {
        now = 1_000_000;
        patience = new Patience(() => now);
    });

    it("is thirty seconds since something moved", () => {
        now += 29_999;
        assert.equal(patience.isOver, false);
        patience.moved();
        now += 29_999;
        assert.equal(patience.isOver, false);
        now += 1;
        assert.equal(patience.isOver, true);
    });

    it("is told every ten seconds of silence, with what is waited for and for how long", () => {
        const expected = ["b: expected its link to a to be up, seen master_link_status:down", "c: too", "d: too"];
        patience.said();
        now += 9_999;
        assert.equal(patience.reminder(expected), undefined);
        now += 1;
        assert.equal(patience.reminder(expected), `still waiting, 10 s: ${expected[0]} (and 2 more)`);
        now += 9_000;
        assert.equal(patience.reminder(expected), undefined);
        now += 1_000;
        assert.equal(patience.reminder(["c: x"]), "still waiting, 20 s: c: x");
        patience.said();
        now += 10_000;
        assert.match(patience.reminder([]) ?? "", /^still waiting, 10 s: /);
    });

    it("is told in one line of bounded length", () => {
        now += 10_000;
        const line = patience.reminder([`a: ${"long\n".repeat(500)}`, "b: x"]) ?? "";
        assert.doesNotMatch(line, /\n/);
        assert.ok(line.length < 350, String(line.length));
        assert.match(line, /\.\.\. \(and 1 more\)$/);
    });
});
