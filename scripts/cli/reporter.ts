import { writeFileSync } from "node:fs";
import Mocha from "mocha";
import { type Counts, slowest } from "./tests";

const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END } = Mocha.Runner.constants;

/** Mocha's readable reporter, which also says where the time went, and leaves the counts where `npm test` finds them. */
class Reporter extends Mocha.reporters.Spec {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
        super(runner, options);
        const times = new Map<string, number>();
        const add = ({ file = "", duration = 0 }: Mocha.Runnable) => times.set(file, (times.get(file) ?? 0) + duration);
        runner.on(EVENT_TEST_END, add).on(EVENT_HOOK_END, add);
        runner.once(EVENT_RUN_END, () => {
            for (const line of slowest(times)) console.log(line);
            const { passes = 0, failures = 0 } = runner.stats ?? {};
            const counts: Counts = { passed: passes, failed: failures };
            if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
        });
    }
}

export = Reporter;
