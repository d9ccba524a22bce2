import { setTimeout as sleep } from "node:timers/promises";
import type { Action, Trace } from "../actions";
import { changed, type Declaration, declarationOf } from "../declaration";
import { Judge } from "../judge";
import { mayBreakLinks, type Window } from "../losses";
import { problemOfStopping } from "./copies";
import type { Holder } from "./data";
import { type Struck, strike } from "./faults";
import { type Boxes, Processes } from "./processes";
import { Up } from "./up";

/** How long one `up` may take, in milliseconds. */
const longestUp = 180_000;

/** How long servers may take to answer again after a fault, in milliseconds. */
const patience = 30_000;

/** What a trace has shown. */
export interface Outcome {
    windows: Window[];
    /** What must not be, each in a sentence; nothing when all is well. */
    problems: string[];
    /** What was said in the last `up`, for whoever looks for a cause. */
    lines: string[];
}

/** Runs a trace on servers of its own, until its end or the first problem. */
export async function run(trace: Trace, boxes: Boxes): Promise<Outcome> {
    const servers = new Processes(boxes);
    const sequence = new Sequence(servers);
    try {
        await servers.declareSequence(declarationOf(trace.shape, trace.start));
        await sequence.begin();
        for (const action of trace.actions) {
            await sequence.take(action);
            if (sequence.problems.length > 0) break;
        }
    } catch (error) {
        sequence.problems.push((error as Error).message);
    } finally {
        await servers.end();
    }
    const { windows, problems, lines } = sequence;
    return { windows, problems, lines };
}

/**
 * Whether no server goes first by which it is seen that Pulumi replaces containers for reasons of its own: of two, one has
 * another name now.
 */
function nobodyShows(before: Declaration, after: Declaration): boolean {
    return after.servers.filter(({ name }) => before.servers.some((server) => server.name === name)).length < 2;
}

class Sequence {
    readonly windows: Window[] = [];
    readonly problems: string[] = [];
    lines: string[] = [];
    private judge?: Judge;

    constructor(private readonly servers: Processes) {}

    async begin(): Promise<void> {
        await this.up(new Up(this.servers), "the first up");
        this.judge = new Judge(await this.servers.write());
        await this.judge.begin(this.holders());
    }

    async take(action: Action): Promise<void> {
        const { servers, judge } = this;
        if (!judge) throw new Error("nobody writes");
        const before = servers.declared;
        const after = changed(before, action.change);
        const window = judge.window(action, before, after);
        this.windows.push(window);
        await servers.declareSequence(after);

        const judged =
            !mayBreakLinks(action.fault) && !(action.fault?.kind === "unforeseen" && nobodyShows(before, after));
        let struck: Struck | undefined;
        const hit = () => {
            if (struck || !action.fault) return;
            window.struck = performance.now();
            struck = strike(action.fault, servers, up);
        };
        const up: Up = new Up(
            servers,
            (step) => {
                // Pulumi's reasons do not come about in the middle.
                if (step >= action.step || action.fault?.kind === "unforeseen") hit();
            },
            async (node) => {
                const problem = judged && (await problemOfStopping(node, servers, before));
                if (problem) this.problems.push(`copies: ${problem}`);
            },
        );
        const failed = await this.ended(up);
        hit();
        await struck?.heal();
        if (action.fault) await this.answering();
        if (failed && !action.fault) throw new Error(`liveness: an up without any fault failed: ${failed}`);
        if (failed || action.fault) await this.up(new Up(servers), "the up after the fault was healed");
        await this.unchanged();
        this.problems.push(...(await judge.judge(window, this.holders())));
    }

    private holders(): Holder[] {
        return this.servers.model.nodes.map(({ name }) => ({ name, client: this.servers.admin(name) }));
    }

    /** Waits until every server answers that has a container: a cluster's master without data stays away for some seconds. */
    private async answering(): Promise<void> {
        const asked = () =>
            Promise.all(
                this.servers.model.nodes
                    .filter(({ name }) => this.servers.idOf(name))
                    .map(({ name }) =>
                        this.servers
                            .admin(name)
                            .ping()
                            .then(Boolean, () => false),
                    ),
            );
        for (const until = Date.now() + patience; (await asked()).includes(false) && Date.now() < until; )
            await sleep(200);
    }

    /** Runs an `up`; the error that it ended with. */
    private async ended(up: Up): Promise<string | undefined> {
        const late = sleep(longestUp, undefined, { ref: false }).then(() => {
            up.kill();
            throw new Error(`it did not end within ${longestUp / 1000} s`);
        });
        const error = await Promise.race([up.run(), late]).then(
            () => undefined,
            (error: Error) => error.message,
        );
        this.lines = [...up.lines, ...(error ? [error] : [])];
        const secret = this.lines.find((line) => line.includes("-of-the-sequence-"));
        if (secret) this.problems.push(`secret: a line shows a password: ${secret}`);
        return error;
    }

    private async up(up: Up, what: string): Promise<void> {
        const error = await this.ended(up);
        if (error) throw new Error(`liveness: ${what} failed: ${error}`);
    }

    /** One more `up`, which has nothing to do. */
    private async unchanged(): Promise<void> {
        const again = new Up(this.servers);
        await this.up(again, "the second up");
        const did = [...again.replaced.map((node) => `${node} was replaced`), ...again.done];
        if (did.length > 0) throw new Error(`liveness: a second up found something to do: ${did.join("; ")}`);
    }
}
