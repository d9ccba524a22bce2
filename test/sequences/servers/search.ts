/** Tries sequences until one fails, and prints which; in a copy of the tree that has a fault. */
import { type Kinds, traces } from "../generator";
import { inTurns } from "../pool";
import { startBoxes } from "./boxes";
import type { Found } from "./planted";
import { run } from "./run";

/** Sequences at a time. */
const atATime = 3;

async function search(seed: number, most: number, minutes: number, kinds: Kinds): Promise<Found | undefined> {
    const started = await startBoxes((minutes + 5) * 60);
    const until = Date.now() + minutes * 60_000;
    const all = traces(seed, kinds);
    let found: Found | undefined;
    try {
        const sequences = Array.from({ length: most }, (_, index) => async () => {
            const trace = all.next().value;
            if (found || Date.now() > until) return;
            const { problems } = await run(trace, started.boxes);
            const [problem] = problems;
            // Whatever else ends a sequence is a fault of the search itself.
            if (problem && !/^(lost|behind|copies|liveness): /.test(problem)) throw new Error(problem);
            if (problem) found ??= { sequences: index + 1, problem: problem.split("\n")[0] ?? "" };
        });
        await Promise.all(inTurns(sequences, atATime));
    } finally {
        await started.remove();
    }
    return found;
}

const [seed, most, minutes, kinds] = process.argv.slice(2);
void search(Number(seed), Number(most), Number(minutes), JSON.parse(kinds ?? "{}")).then(
    (found) => {
        console.log(JSON.stringify(found ?? null));
        process.exit(0);
    },
    (error) => {
        console.error(error);
        process.exit(1);
    },
);
