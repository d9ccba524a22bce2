import assert from "node:assert/strict";
import { Outages } from "../../../reconcile/outages";
import type { Observation, ServerObservation } from "../../../redis/state/observation";

const endpoint = { host: "127.0.0.1", port: 6379 };

function seen(state: string, more: Partial<ServerObservation> = {}): Observation {
    const container = { id: "1", name: "redis-a", state, status: "Exited (1)" };
    return [
        {
            node: "a",
            host: "local",
            declared: true,
            announce: endpoint,
            reach: endpoint,
            aliases: [],
            container,
            ...more,
        },
    ];
}

describe("servers that do not answer", () => {
    const started = new Set(["a"]);
    const gone = (outages: Outages, observation: Observation, now: number): string | undefined =>
        outages.mark(observation, started, now)[0]?.gone;

    it("are gone when their container has not stayed up for ten seconds", () => {
        const outages = new Outages();
        assert.equal(gone(outages, seen("exited"), 0), undefined);
        assert.equal(gone(outages, seen("running"), 5_000), undefined);
        assert.match(gone(outages, seen("restarting"), 10_000) ?? "", /does not stay up \(Exited \(1\)\)/);
    });

    it("are not gone as long as their container runs, nor before they were told to start", () => {
        const outages = new Outages();
        for (const now of [0, 60_000]) assert.equal(gone(outages, seen("running"), now), undefined);
        assert.equal(outages.mark(seen("exited"), new Set(), 120_000)[0]?.gone, undefined);
    });

    it("begin anew once they have answered, servers and Sentinels alike", () => {
        for (const answer of [{ redis: {} }, { sentinel: {} }] as Partial<ServerObservation>[]) {
            const outages = new Outages();
            assert.equal(gone(outages, seen("exited"), 0), undefined);
            assert.equal(gone(outages, seen("running", answer), 9_000), undefined);
            assert.equal(gone(outages, seen("exited"), 11_000), undefined);
        }
    });
});
