import assert from "node:assert/strict";
import { buildModel } from "../../../redis/model/model";
import { Movement } from "../../../redis/plan/movement";
import type { Step } from "../../../redis/plan/step";
import type { Observation } from "../../../redis/state/observation";
import { type Change, observed } from "./observed";

const model = buildModel(
    {
        image: "redis:8.0.2",
        nodes: [
            { name: "a", port: 6379 },
            { name: "b", port: 6380, replicaOf: "a" },
        ],
    },
    { id: "id", prefix: "redis-test" },
);

describe("movement", () => {
    let movement: Movement;
    const looks = (...changes: Record<string, Change>[]): boolean[] =>
        changes.map((change) => movement.seen(observed(model, change)));

    beforeEach(() => {
        movement = new Movement();
    });

    it("is not what has a clock in it: a container that restarts again and again", () => {
        const crashes = (state: string, seconds: number): Observation =>
            observed(model).map((server) => ({
                ...server,
                redis: undefined,
                container: { id: "1", name: "b", state, status: `Restarting (1) ${seconds} seconds ago` },
            }));
        const moved = [];
        for (let seconds = 0; seconds < 600; seconds++) {
            moved.push(movement.seen(crashes(seconds % 3 === 0 ? "running" : "restarting", seconds)));
        }
        assert.deepEqual(moved.slice(0, 2), [true, true]);
        assert.ok(moved.slice(2).every((one) => !one));
    });

    it("is a role, a link or a server that answers, once each", () => {
        const down = { b: { linkUp: false } };
        assert.deepEqual(looks({ b: "silent" }, { b: "silent" }, down, down, {}, {}), [
            true,
            false,
            true,
            false,
            true,
            false,
        ]);
        assert.deepEqual(looks(down, {}, { b: "silent" }), [false, false, false]);
        assert.deepEqual(looks({ b: { role: "master", following: undefined } }), [true]);
    });

    it("is bytes that arrive, of a load, of a synchronisation without disk, and of a snapshot that is waited for", () => {
        for (const field of ["loadedBytes", "syncBytesRead"] as const) {
            movement = new Movement();
            const amounts = [1, 1, 2, 3].map((amount) => ({ b: { linkUp: false, [field]: amount } }));
            assert.deepEqual(looks(...amounts), [true, false, true, true], field);
        }
        movement = new Movement();
        const replicas = [{ announce: { host: "b", port: 6380 }, state: "wait_bgsave", lag: 0 }];
        const saves = [1, 1, 2].map((savedKeys) => ({ a: { savedKeys, replicas } }));
        assert.deepEqual(looks(...saves), [true, false, true]);
        movement = new Movement();
        assert.deepEqual(looks(...[1, 2].map((savedKeys) => ({ a: { savedKeys } }))), [true, false]);
        movement = new Movement();
        const logRewrite = "aof_rewrite_in_progress:1";
        assert.deepEqual(looks(...[1, 2].map((savedKeys) => ({ b: { savedKeys, logRewrite } }))), [true, true]);
    });

    it("is not a load that begins again and again", () => {
        const load = [10, 20, 30].map((loadedBytes) => ({ b: { loadedBytes } }));
        for (let beginning = 1; beginning <= 5; beginning++) assert.ok(looks(...load).some(Boolean), `${beginning}`);
        for (let beginning = 6; beginning <= 20; beginning++) assert.ok(!looks(...load).some(Boolean), `${beginning}`);
    });

    it("is a lag smaller than ever, not a stream that both write on", () => {
        const at = (master: number, replica: number) => ({ a: { offset: master }, b: { offset: replica } });
        assert.deepEqual(looks(at(1000, 500), at(1500, 1000), at(1600, 1200), at(1700, 1250), at(1800, 1800)), [
            true,
            false,
            true,
            false,
            true,
        ]);
    });

    it("is a step done for the first time, whatever figures its sentence holds", () => {
        const set = (name: string, sentence: string): Step => ({
            kind: "configure",
            node: "a",
            changes: [{ name, sentence }],
        });
        assert.equal(movement.did(set("hz", "hz 10 -> 99999")), true);
        assert.equal(movement.did(set("hz", "hz 500 -> 99999")), false);
        assert.equal(movement.did(set("timeout", "timeout 0 -> 1")), true);
        assert.equal(movement.did({ kind: "start", node: "a", status: "Exited (1) 1 second ago" }), true);
        assert.equal(movement.did({ kind: "start", node: "a", status: "Exited (1) 2 seconds ago" }), false);
    });
});
