import assert from "node:assert/strict";
import { traceAt } from "./generator";
import { inTurns } from "./pool";
import { startBoxes } from "./servers/boxes";
import type { Boxes } from "./servers/processes";
import { run } from "./servers/run";
import { traceWords } from "./words";

const seed = Number(process.env.SEED ?? 1);
const shapes = ["star", "chain", "sentinel", "cluster"] as const;
describe("trial", () => {
    it("runs", async () => {
        const started = await startBoxes(400);
        const numbers = Array.from({ length: Number(process.env.SEQUENCES ?? 16) }, (_, at) => at);
        const only = process.env.ONLY ? process.env.ONLY.split(",").map(Number) : numbers;
        const outcomes = await Promise.all(
            inTurns(
                only.map((number) => async () => {
                    const trace = traceAt(seed, number, {
                        actions: 2,
                        shapes: [shapes[number % 4] as (typeof shapes)[number]],
                        changes: ["rename", "port"],
                        ...(number % 8 < 4 ? { faults: [] } : {}),
                    });
                    const outcome = await run(trace, started.boxes as Boxes);
                    const lost = outcome.windows.map(
                        ({ from, to, lost, gap }) => `${to - from} writes ${lost} lost ${Math.round(gap)} ms`,
                    );
                    console.log(
                        `${number}: ${traceWords(trace)}: ${lost.join("; ")} ${JSON.stringify(outcome.problems)}`,
                    );
                    if (outcome.problems.length > 0) console.log(JSON.stringify(trace), outcome.lines.join("\n"));
                    return outcome;
                }),
                3,
            ),
        );
        await started.remove();
        assert.deepEqual(
            outcomes.flatMap(({ problems }) => problems),
            [],
        );
    });
});
