import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome as Ended, Project } from "../../e2e/project";
import type { Trace } from "../actions";
import { changed, declarationOf } from "../declaration";
import { Judge } from "../judge";
import type { Outcome } from "../servers/run";
import { Whole } from "./deployment";
import { upWith } from "./faults";

/** How long servers may take to answer after a fault, in milliseconds. */
const patience = 60_000;

/** Runs a trace with the whole program, on containers, until its end or the first problem. */
export async function runWhole(trace: Trace, project: Project): Promise<Outcome> {
    const whole = await Whole.create(project, declarationOf(trace.shape, trace.start));
    const outcome: Outcome = { windows: [], problems: [], lines: [] };
    try {
        await take(trace, whole, outcome);
    } catch (error) {
        outcome.problems.push((error as Error).message);
    } finally {
        whole.close();
    }
    return outcome;
}

async function take({ actions }: Trace, whole: Whole, { windows, problems, lines }: Outcome): Promise<void> {
    const succeeded = async (ended: Ended, what: string): Promise<void> => {
        lines.splice(0, lines.length, ...ended.output.split("\n"));
        if (Object.values(whole.passwords).some((password) => ended.output.includes(password))) {
            problems.push("secret: an output shows a password");
        }
        if (ended.code !== 0) throw new Error(`liveness: ${what} ended with ${ended.code}`);
    };
    await succeeded(await whole.stack.up("--skip-preview"), "the first up");
    const judge = new Judge(await whole.write());
    const holders = () => whole.names.map((name) => ({ name, client: whole.admin(name) }));
    await judge.begin(holders());
    for (const action of actions) {
        const before = whole.declared;
        const after = changed(before, action.change);
        const window = judge.window(action, before, after);
        windows.push(window);
        await whole.declare(after);
        const ended = await upWith(action, whole, () => {
            window.struck = performance.now();
        });
        if (!action.fault && ended) await succeeded(ended, "an up without any fault");
        if (action.fault) {
            await answering(whole);
            await succeeded(await whole.up(), "the up after the fault was healed");
        }
        await succeeded(await whole.stack.up("--expect-no-changes"), "a second up, which expects no changes,");
        await succeeded(await whole.stack.status(), "status");
        problems.push(...(await judge.judge(window, holders())));
        if (problems.length > 0) return;
    }
}

/** Waits until every server answers that has a container. */
async function answering(whole: Whole): Promise<void> {
    const names = [...(await whole.ids()).keys()];
    const asked = () =>
        Promise.all(
            names.map((name) =>
                whole
                    .admin(name)
                    .ping()
                    .then(Boolean, () => false),
            ),
        );
    for (const until = Date.now() + patience; (await asked()).includes(false) && Date.now() < until; )
        await sleep(1_000);
}
