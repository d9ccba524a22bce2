import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Shape, type Start, shapes } from "./actions";
import { startBoxes } from "./servers/boxes";
import type { Boxes } from "./servers/processes";
import { Rotations } from "./servers/rotations";

const start: Start = { shards: 2, replicas: 1, persistence: ["aof"], image: "7.0" };

describe("Passwords that are changed while clients sign in", () => {
    let started: Awaited<ReturnType<typeof startBoxes>>;
    let rotations: Rotations;

    before(async () => {
        started = await startBoxes();
    });
    afterEach(() => rotations?.end());
    after(() => started?.remove());

    const begin = async (shape: Shape) => {
        rotations = await Rotations.begin(started.boxes as Boxes, shape, start);
        return rotations;
    };

    for (const shape of shapes) {
        it(`of every user at once, refuse nobody and cut no link: ${shape}`, async () => {
            await begin(shape);
            await rotations.begun();
            await rotations.ended();
            await rotations.finish();
        });
    }

    it("do not end while a connection lives that may know the old one only, which is named", async () => {
        const { servers } = await begin("star");
        const [master] = servers.all;
        assert.ok(master);
        const forgotten = rotations.client(master, { connectionName: "forgotten" });
        await forgotten.connect();
        await sleep(1100);
        await rotations.begun();
        await rotations.declareEnd();
        await assert.rejects(
            rotations.up().run(),
            /previous\.default: the old password would end, and 1 connection was made before there was the new one: 127\.0\.0\.1:\d+ \(forgotten\) to a for \d+ seconds/,
        );
        assert.ok(await rotations.takes(master, 0), "the old password has ended");
        forgotten.disconnect();
        await rotations.up().run();
        await rotations.finish();
    });

    for (const half of ["first", "second"] as const) {
        it(`end as declared when an up is killed at any step of the ${half} half`, async () => {
            await begin("star");
            let killed = 0;
            // Before a step, or so many milliseconds after the beginning.
            for (const ms of [undefined, undefined, undefined, 5, 15]) {
                if (half === "first") await rotations.declareNew();
                else {
                    await rotations.begun();
                    await rotations.declareEnd();
                }
                const at = killed;
                const up = rotations.up((step) => {
                    if (ms === undefined && step === at) up.kill();
                });
                if (ms !== undefined) setTimeout(() => up.kill(), ms);
                await up.run().catch(() => undefined);
                if (up.killed) killed++;
                await rotations.up().run();
                if (half === "first") {
                    await rotations.changeClients();
                    await rotations.ended();
                }
                await rotations.onlyNewest();
            }
            assert.ok(killed > 2, `${killed} were killed only`);
            await rotations.finish();
        });
    }

    it("go on where a server stands still: the old one does not end before it has been told the new one", async () => {
        const { servers } = await begin("chain");
        const [first, last] = [servers.all[0], servers.all.at(-1)];
        assert.ok(first && last);
        // Without an old password beside the new one: servers are told the new one first by themselves.
        const { passwords } = servers.declared;
        await servers.declareSequence({ ...servers.declared, passwords: { ...passwords, replication: 1, other: 1 } });
        rotations.stopped.add(last.name);
        await servers.signal(last.name, "STOP");
        const running = rotations.up().converge();
        const taken = async () => {
            const reply = (await servers.admin(first.name).call("acl", "getuser", "replication")) as string[][];
            return reply[3]?.length;
        };
        for (const until = Date.now() + 20_000; (await taken()) !== 2 && Date.now() < until; ) await sleep(100);
        await sleep(3_000);
        assert.equal(await taken(), 2, "the old password of replication has ended, or the new one is not taken");
        await servers.signal(last.name, "CONT");
        await running;
        rotations.stopped.delete(last.name);
        assert.equal(await taken(), 1, "the old password of replication is taken still");
        await rotations.finish(false);
    });
});
