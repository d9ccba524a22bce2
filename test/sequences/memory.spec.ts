import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Trace } from "./actions";
import { searchApart } from "./memory/apart";
import { failureOf, shapesInMemory, untried } from "./memory/campaign";

const seed = Number(process.env.SEED ?? 2026);
const count = Number(process.env.SEQUENCES_IN_MEMORY ?? 100_000);
const [first, tries] = process.env.SEQUENCE ? [Number(process.env.SEQUENCE), 1] : [0, count];
/** How long all of them may take, in milliseconds. */
const limit = 1_800_000;
/** Schedules by which a trace of another world is tried, which says nothing of them. */
const schedules = 10;

/** Traces that have shown a fault once, in any world. */
const folder = join(__dirname, "cases");
const cases = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({ name, trace: readCase(name) }))
    .filter(({ trace }) => shapesInMemory.includes(trace.shape));

function readCase(name: string): Trace & { schedule?: number } {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

describe(`Sequences of changes and faults on servers in memory, SEED=${seed}`, function () {
    this.timeout(limit);

    for (const { name, trace } of cases) {
        it(`hold what ${name} showed once`, () => {
            const among =
                trace.schedule === undefined ? Array.from({ length: schedules }, (_, at) => at) : [trace.schedule];
            for (const schedule of among) assert.equal(failureOf({ trace, schedule }), undefined);
        });
    }

    it(`lose nothing and end as declared, ${tries} of them`, async () => {
        const found = await searchApart({ seed, from: first, count: tries, smallest: true }, limit);
        if (!found) return;
        const { number, smallest, message } = found;
        const again = `SEED=${seed} SEQUENCE=${number} npm test -- test/sequences/memory.spec.ts`;
        const kept = JSON.stringify({ ...smallest.trace, schedule: smallest.schedule });
        assert.fail(`${again}\n  the smallest, for test/sequences/cases/memory: ${kept}\n  ${message}`);
    });

    it("try every change with every fault", function () {
        if (tries < 10_000) this.skip();
        assert.deepEqual(untried(seed, first, tries), []);
    });
});
