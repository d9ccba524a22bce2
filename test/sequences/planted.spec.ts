import assert from "node:assert/strict";
import { plantedFaults, searchWith } from "./memory/planted";

const seed = Number(process.env.SEED ?? 2026);
/** Sequences within which each fault has to be found. */
const within = 2_000;

describe(`Sequences on servers in memory with a fault in the planners, SEED=${seed}`, function () {
    this.timeout(600_000);

    for (const planted of plantedFaults) {
        it(`find that ${planted.name}`, async () => {
            const found = await searchWith(planted, seed, within);
            assert.ok(found, `not found in ${within} sequences`);
        });
    }
});
