import { Python } from "../e2e/python";
import { images, type Start, shapes } from "../sequences/actions";
import { startBoxes } from "../sequences/servers/boxes";
import type { Boxes } from "../sequences/servers/processes";
import { Rotations } from "../sequences/servers/rotations";

/** How often every password is changed. */
const times = Number(process.env.ROTATIONS ?? 10);

/** The long form of test/sequences/rotations.spec.ts: on every version, under ioredis and redis-py. */
describe(`${times} changes of every password in a row`, function () {
    this.timeout(30 * 60_000);
    let started: Awaited<ReturnType<typeof startBoxes>>;
    let python: Python | undefined;
    let rotations: Rotations | undefined;

    before(async () => {
        started = await startBoxes(2 * 3600);
        python = await Python.create().catch((error: Error) => {
            console.log(`    without redis-py: ${error.message}`);
            return undefined;
        });
    });
    afterEach(() => rotations?.end());
    after(async () => {
        await started?.remove();
        await python?.remove();
    });

    for (const image of images) {
        for (const shape of shapes) {
            it(`refuse nobody and cut no link: ${shape}, Redis ${image}`, async () => {
                const start: Start = { shards: 3, replicas: shape === "cluster" ? 1 : 2, persistence: ["aof"], image };
                rotations = await Rotations.begin(started.boxes as Boxes, shape, start, python);
                for (let round = 0; round < times; round++) {
                    await rotations.begun();
                    await rotations.ended();
                }
                const { signedIn } = await rotations.finish();
                console.log(`    signed in ${signedIn} times`);
            });
        }
    }
});
