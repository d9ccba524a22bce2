import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Trace } from "../sequences/actions";
import { latest, untried } from "../sequences/coverage";
import { describeTrace } from "../sequences/describe";
import { type Kinds, numbersOf, traceAt, traces } from "../sequences/generator";
import { inTurns } from "../sequences/pool";
import { startBoxes } from "../sequences/servers/boxes";
import { run } from "../sequences/servers/run";
import { shrunk, smallerThan } from "../sequences/shrink";
import { recordOf, writeCoverage } from "./coveragePage";

const root = join(__dirname, "..", "..");
const seed = Number(process.env.SEED ?? 2026);
const count = Number(process.env.SEQUENCES ?? 1240);
/** How long one part of the campaign takes, in minutes: the next run goes on where it ended. */
const minutes = Number(process.env.MINUTES ?? 45);
/** How long is looked for a smaller trace that fails, in minutes. */
const shrinking = 10;
const atATime = 3;
const kinds: Kinds = { actions: 3 };

interface Job {
    number: number;
    trace: Trace;
}

/**
 * The campaign on real servers, in parts. The record is outside of the checkout; docs/coverage.md is written at the end of
 * each part. `SEQUENCE=17` tries one alone, and makes it smaller if it fails.
 */
describe(`A campaign of sequences on real servers, SEED=${seed}`, function () {
    this.timeout((minutes + 2 * shrinking) * 60_000);
    const record = recordOf("sequences", seed);
    const commit = execFileSync("git", ["describe", "--always", "--dirty"], { cwd: root, encoding: "utf8" }).trim();
    let started: Awaited<ReturnType<typeof startBoxes>>;

    before(async () => {
        started = await startBoxes((minutes + 2 * shrinking) * 60);
    });
    after(() => started?.remove());

    if (process.env.SEQUENCE) {
        it(`number ${process.env.SEQUENCE}`, async () => {
            const trace = traceAt(seed, Number(process.env.SEQUENCE), kinds);
            const { problems, lines } = await run(trace, started.boxes);
            if (problems.length === 0) return;
            const until = Date.now() + shrinking * 60_000;
            const fails = async (smaller: typeof trace) => (await run(smaller, started.boxes)).problems.length > 0;
            const smallest = await shrunk(trace, smallerThan, fails, () => Date.now() > until);
            assert.deepEqual(problems, [], [JSON.stringify(smallest), ...lines].join("\n"));
        });
        return;
    }

    it(`tries ${count} sequences, ${minutes} minutes at a time`, async () => {
        const until = Date.now() + minutes * 60_000;
        const all = traces(seed, kinds);
        const due = Array.from({ length: count }, (_, number) => ({ number, trace: all.next().value })).filter(
            ({ number }) => !record.has(number),
        );
        const tryOne = async ({ number, trace }: Job) => {
            if (Date.now() > until) return;
            const began = Date.now();
            const { windows, problems, lines } = await run(trace, started.boxes);
            record.add({ number, commit, trace, windows, problems, took: Date.now() - began });
            if (problems.length === 0) return;
            console.log(`SEED=${seed} SEQUENCE=${number} npm run soak -- test/soak/sequences.spec.ts`);
            console.log([describeTrace(trace), ...problems, JSON.stringify(trace), ...lines].join("\n  "));
        };
        const tryAll = (jobs: Job[]) =>
            Promise.all(
                inTurns(
                    jobs.map((job) => () => tryOne(job)),
                    atATime,
                ),
            );
        await tryAll(due);
        const seen = () => latest(record.lines);
        const tried = seen().filter(({ number }) => number < count).length;
        // What was to be tried, and whose fault never came to strike.
        for (let more = 0; tried === count && more < 3 && untried(seen()).length > 0; more++) {
            const numbers = untried(seen()).flatMap((pair) => numbersOf(pair).find((one) => !record.has(one)) ?? []);
            await tryAll(numbers.map((number) => ({ number, trace: traceAt(seed, number, kinds) })));
        }
        console.log(`${tried} of ${count} sequences were tried`);
        writeCoverage(root, seed);
        assert.deepEqual(
            seen()
                .filter(({ problems }) => problems.length > 0)
                .map(({ number }) => number),
            [],
            "sequences have failed",
        );
        if (tried === count) assert.deepEqual(untried(seen()), [], "pairs that were not tried");
    });
});
