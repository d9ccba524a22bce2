import assert from "node:assert/strict";
import { continues, wentOnFrom } from "../../../redis/plan/replication/resynchronisation";
import type { History, RedisObservation } from "../../../redis/state/observation";

const server = (offset: number, history: History): RedisObservation => ({ offset, history }) as RedisObservation;

describe("replication histories", () => {
    const master = server(1000, { id: "m", backlogFrom: 500 });

    it("go on where the backlog still holds what is missing", () => {
        assert.equal(continues(server(800, { id: "m" }), master), true);
        assert.equal(continues(server(499, { id: "m" }), master), true);
        assert.equal(continues(server(498, { id: "m" }), master), false);
        assert.equal(continues(server(800, { id: "m" }), server(1000, { id: "m" })), false);
    });

    it("do not go on for who is ahead, or of another history", () => {
        assert.equal(continues(server(1000, { id: "m" }), master), true);
        assert.equal(continues(server(1001, { id: "m" }), master), false);
        assert.equal(continues(server(800, { id: "x" }), master), false);
    });

    it("go on after a promotion up to where both were one", () => {
        const promoted = server(1200, { id: "n", earlier: { id: "m", until: 901 }, backlogFrom: 500 });
        assert.equal(continues(server(900, { id: "m" }), promoted), true);
        assert.equal(continues(server(901, { id: "m" }), promoted), false);
    });

    it("tell who went on from a server from who went astray", () => {
        const promoted = server(1200, { id: "n", earlier: { id: "m", until: 1001 } });
        assert.equal(wentOnFrom(promoted, master), true);
        assert.equal(wentOnFrom(promoted, server(1001, { id: "m" })), false);
        assert.equal(wentOnFrom(promoted, server(900, { id: "x" })), false);
        assert.equal(wentOnFrom(master, promoted), false);
    });
});
