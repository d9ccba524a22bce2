import { type Reported, reported } from "../cli/reported";
import type { Session } from "../cli/session";
import { Bars } from "../setup/bar";
import { duration } from "../setup/progress";
import { print, say, show } from "../setup/terminal";
import { Changes } from "./changes";
import type { Program } from "./inline";
import { type Operated, operate } from "./operate";
import { Problems } from "./problems";
import { Unbroken } from "./silence";
import { Steps } from "./steps";

/** What came of one preview, update or destruction. */
export interface Run extends Operated {
    changes: Changes;
    problems: Problems;
    /** What the program and the convergence told meanwhile. */
    told: Reported;
    /** How long it took, and convergence in it, in milliseconds. */
    took: number;
    converged: number;
}

/** How something is run. */
export interface Running {
    program?: Program;
    /** Whether the CLI's own lines are printed instead of ours. */
    verbose: boolean;
    /** Whether each step is told as it is done: a preview does none. */
    steps: boolean;
    /** What it is, for whoever waits. */
    what: string;
}

/** Runs a command of the CLI, and tells a person what happens. */
export async function run(session: Session, args: string[], running: Running): Promise<Run> {
    const { program, verbose, steps: tell, what } = running;
    const started = performance.now();
    const [changes, problems, steps] = [new Changes(), new Problems(), new Steps()];
    // What is printed of a preview is its result.
    const put = tell ? print : say;
    const current = () => (tell ? steps.current : undefined) ?? what;
    const lines = new Unbroken((line) => put(`  ${line}`), current);
    const bars = new Bars();
    const hide = show(() => [`${current()} (${duration(performance.now() - started)})`, ...bars.texts]);
    const begun = () => (tell && steps.current) || "what has begun";
    try {
        const { result, ...told } = await reported(session, () =>
            operate(session, args, {
                program,
                on(event) {
                    changes.add(event);
                    problems.add(event);
                    const said = steps.after(event);
                    if (tell && !verbose) for (const line of bars.after(said)) lines.say(line);
                },
                print: verbose ? (text) => process.stdout.write(text) : undefined,
                onInterrupt: () => lines.say(`stopping, once ${begun()} is done; Ctrl-C again stops at once`),
            }),
        );
        const took = performance.now() - started;
        return { ...result, changes, problems, told, took, converged: steps.convergence };
    } finally {
        lines.end();
        hide();
    }
}
