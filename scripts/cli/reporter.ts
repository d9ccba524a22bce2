import { writeFileSync } from "node:fs";
import Mocha from "mocha";
import type { Counts } from "./tests";

/** Mocha's readable reporter, which also leaves the counts where `npm test` finds them. */
class Reporter extends Mocha.reporters.Spec {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
        super(runner, options);
        runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
            const { passes = 0, failures = 0 } = runner.stats ?? {};
            const counts: Counts = { passed: passes, failed: failures };
            if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
        });
    }
}

export = Reporter;
