import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Trace } from "./actions";
import { describeTrace } from "./describe";
import { type Kinds, traceAt } from "./generator";
import { inTurns } from "./pool";
import { startBoxes } from "./servers/boxes";
import type { Boxes } from "./servers/processes";
import { type Outcome, run } from "./servers/run";

const seed = Number(process.env.SEED ?? 2026);
/** Most are trees, which take seconds; elections of clusters and Sentinels take longer, and `npm run soak` has many of them. */
const kindsOf = (number: number): Kinds => {
    const shape = number % 12 === 5 ? "sentinel" : number % 12 === 11 ? "cluster" : number % 2 === 0 ? "star" : "chain";
    return { actions: 1, shapes: [shape] };
};
/** Sequences at a time: they wait for servers most of the time. */
const atATime = 4;
const numbers = process.env.SEQUENCE
    ? [Number(process.env.SEQUENCE)]
    : Array.from({ length: Number(process.env.SEQUENCES ?? 25) }, (_, number) => number);

/** Traces that have shown a fault once. */
const folder = join(__dirname, "cases");
const cases = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe(`Sequences of changes and faults on real servers, SEED=${seed}`, () => {
    const tries: { name: string; trace: Trace; again: string }[] = [
        ...cases.map((name) => ({
            name,
            trace: JSON.parse(readFileSync(join(folder, name), "utf8")) as Trace,
            again: `npm test -- test/sequences/servers.spec.ts -g "${name}"`,
        })),
        ...numbers.map((number) => {
            const trace = traceAt(seed, number, kindsOf(number));
            const again = `SEED=${seed} SEQUENCE=${number} npm test -- test/sequences/servers.spec.ts`;
            return { name: `${number}: ${describeTrace(trace)}`, trace, again };
        }),
    ];
    let started: Awaited<ReturnType<typeof startBoxes>>;
    const outcomes = new Map<string, Promise<Outcome>>();

    before(async function () {
        started = await startBoxes(1_800);
        const chosen = this.test?.parent?.tests.map(({ title }) => title) ?? [];
        const due = tries.filter(({ name }) => chosen.includes(name));
        const promises = inTurns(
            due.map(
                ({ trace }) =>
                    () =>
                        run(trace, started.boxes as Boxes),
            ),
            atATime,
        );
        for (const [index, { name }] of due.entries()) outcomes.set(name, promises[index] as Promise<Outcome>);
    });
    after(() => started?.remove());

    for (const { name, trace, again } of tries) {
        it(name, async () => {
            const { problems, lines } = (await outcomes.get(name)) as Outcome;
            assert.deepEqual(problems, [], [again, JSON.stringify(trace), ...lines].join("\n"));
        });
    }
});
