import assert from "node:assert/strict";
import { plantedFaults, search } from "../sequences/servers/planted";

const seed = Number(process.env.SEED ?? 2026);
/** Sequences, and minutes, within which each has to be found. */
const [most, minutes] = [60, 10];

describe(`Sequences on real servers with a fault in the product, SEED=${seed}`, function () {
    this.timeout(2 * minutes * 60_000);
    for (const planted of plantedFaults) {
        it(`find that ${planted.name}`, async () => {
            const found = await search(planted, seed, most, minutes);
            assert.ok(found, `not found within ${most} sequences or ${minutes} minutes`);
            console.log(`      in ${found.sequences} sequences: ${found.problem}`);
        });
    }
});
