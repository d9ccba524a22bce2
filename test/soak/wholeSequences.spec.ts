import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Project } from "../e2e/project";
import { type Change, changeKinds, type Trace } from "../sequences/actions";
import { describeTrace } from "../sequences/describe";
import { type Kinds, traceAt } from "../sequences/generator";
import { runWhole } from "../sequences/whole/run";
import { recordOf, writeCoverage } from "./coveragePage";

const seed = Number(process.env.SEED ?? 2026);
const count = Number(process.env.SEQUENCES ?? 30);
const numbers = process.env.SEQUENCE
    ? [Number(process.env.SEQUENCE)]
    : Array.from({ length: count }, (_, number) => number);
// All hosts are one Engine here. Faults find containers by names and ports: those that change are tried in changes.spec.ts.
const apart: Change["kind"][] = ["drain", "rename", "port"];
const kinds: Kinds = { actions: 2, changes: changeKinds.filter((kind) => !apart.includes(kind)) };

/** With so many shards that three are left, however many leave: the policies refuse fewer. */
function withMajority({ start, ...trace }: Trace): Trace {
    const leaving = trace.actions.filter(({ change }) => change.kind === "removeShard").length;
    const shards = trace.shape === "cluster" ? 3 + leaving : start.shards;
    return { ...trace, start: { ...start, shards } };
}

/** Sequences of whole updates, with containers. Those that the record has are not tried again. */
describe(`Sequences of changes and faults with the whole program, SEED=${seed}`, function () {
    this.timeout(1_800_000);
    const root = join(__dirname, "..", "..");
    const record = recordOf("whole-sequences", seed);
    const commit = execFileSync("git", ["describe", "--always", "--dirty"], { cwd: root, encoding: "utf8" }).trim();

    after(() => writeCoverage(root, seed));

    for (const number of numbers) {
        const trace = withMajority(traceAt(seed, number, kinds));
        const alone = process.env.SEQUENCE !== undefined;
        it(`${number}: ${describeTrace(trace)}`, async () => {
            if (!alone && record.has(number)) return;
            const project = await Project.create();
            try {
                const began = Date.now();
                const { windows, problems, lines } = await runWhole(trace, project);
                if (!alone) record.add({ number, commit, trace, windows, problems, took: Date.now() - began });
                const again = `SEED=${seed} SEQUENCE=${number} npm run soak -- test/soak/wholeSequences.spec.ts`;
                assert.deepEqual(problems, [], [again, JSON.stringify(trace), ...lines].join("\n"));
            } finally {
                await project.remove();
            }
        });
    }
});
