import { describeProblem } from "../../../redis/declaration/problem";
import { present } from "../../../redis/model/model";
import { describePlan } from "../../../redis/plan/describe";
import { planDeployment } from "../../../redis/plan/plan";
import type { Action, Fault, Trace } from "../actions";
import { changed, type Declaration, declarationOf, pick } from "../declaration";
import { Random } from "../random";
import { modelOf, secretsOf } from "./declared";
import type { Doing } from "./doing";
import { type Keys, show } from "./keys";
import { converge, type Declared, demand, desiredOf, type Outcome, update } from "./update";
import { Violation, World } from "./world";

/** Updates that it may take to be as declared once nothing is wrong any more. */
const mostUpdates = 3;
/** Milliseconds that one look stands for, where a fault lasts for so long. */
const perLook = 200;
/** Looks between two updates: whoever crashed is back. */
const between = 4;
/** The same where one of a cluster stays away until a replica has taken its place. */
const longest = 20;
/** Steps after which an update has no end. */
const mostSteps = 5_000;

/**
 * Runs one trace on servers in memory.
 * @param schedule decides what the trace leaves open: when clients write, how long things take, who goes first
 * @returns what happened, line by line
 * @throws Violation when a promise was broken; its message ends with what happened
 */
export function run(trace: Trace, schedule: number): string[] {
    const lines: string[] = [];
    try {
        new Sequence(trace, schedule, lines).all();
        return lines;
    } catch (error) {
        (error as Error).message += `\n${lines.map((line) => `    ${line}`).join("\n")}`;
        throw error;
    }
}

/** Whether a fault may leave two masters, by no doing of the program. */
const isByOthers = ({ fault }: Action): boolean => fault?.kind === "byHand" || fault?.kind === "swap";

class Sequence {
    private readonly random: Random;
    private readonly world: World;
    private declaration: Declaration;
    private before?: string;

    constructor(
        private readonly trace: Trace,
        schedule: number,
        private readonly lines: string[],
    ) {
        this.random = new Random(schedule);
        this.world = new World(this.random, lines);
        this.declaration = declarationOf(trace.shape, trace.start);
    }

    all(): void {
        const { world } = this;
        demand(this.up({ change: { kind: "nothing" }, step: 0 }), "the first update");
        world.write();
        for (const action of this.trace.actions) {
            this.declaration = changed(this.declaration, action.change);
            this.lines.push(`change: ${JSON.stringify(action.change)}`);
            const outcome = this.up(action);
            this.lines.push(outcome.ok ? "update: as declared" : `update: failed: ${outcome.why}`);
            if (!action.fault && !this.everFailed) demand(outcome, "an update without a fault");
            if (!outcome.ok || action.fault?.kind === "byHand") this.everFailed = true;
            if (outcome.ok && !isByOthers(action)) world.hands = false;
            world.heal();
        }
        world.heal();
        let outcome: Outcome = { ok: false, why: "" };
        for (let updates = 0; updates < mostUpdates && !outcome.ok; updates++) {
            outcome = this.up({ change: { kind: "nothing" }, step: 0 });
            this.lines.push(outcome.ok ? "update: as declared" : `update: failed: ${outcome.why}`);
        }
        demand(outcome, `${mostUpdates} updates after everything was healed`);
        this.compare();
    }

    /** Whether an update has failed: what the next one finds may be more than it can mend without a fault of its own. */
    private everFailed = false;

    private get declared(): Declared {
        const { declaration, before } = this;
        return { model: modelOf(declaration), passwords: secretsOf(declaration), before };
    }

    /** One update, with what goes wrong in it. */
    private up({ fault, step }: Action): Outcome {
        const { world, declared } = this;
        for (let looks = 0; looks < between || (looks < longest && world.isOneAway); looks++) world.tick();
        const nobody: ReadonlySet<string> = new Set();
        const all = new Set(declared.model.nodes.map(({ name }) => name));
        const unforeseen = fault?.kind === "unforeseen";
        const first = update(world, declared, unforeseen ? all : nobody, unforeseen && step % 2 === 0);
        let second: Doing<Outcome> | undefined;
        let healAt = Number.POSITIVE_INFINITY;
        const strike = () => {
            if (!fault) return;
            this.lines.push(`fault: ${JSON.stringify(fault)}`);
            this.strike(fault);
            if ("ms" in fault) healAt = world.now + 1 + fault.ms / perLook;
            if (fault.kind === "twoUps") second = converge(world, declared);
        };
        for (let steps = 0; steps < mostSteps; steps++) {
            if (steps === step) strike();
            if (fault?.kind === "killUp" && steps >= step) return { ok: false, why: "killed" };
            if (world.now >= healAt) {
                world.heal();
                healAt = Number.POSITIVE_INFINITY;
            }
            if (this.random.oneIn(3)) world.write();
            if (second && this.random.oneIn(2)) {
                const { value, done } = second.next();
                if (done) second = undefined;
                else this.did(value, "the other update: ");
            }
            const { value, done } = first.next();
            if (done) {
                if (steps < step) strike();
                while (second) {
                    const next = second.next();
                    if (next.done) second = undefined;
                    else this.did(next.value, "the other update: ");
                }
                if (value.ok) this.before = declared.model.nodes.find(({ replicaOf }) => !replicaOf)?.name;
                return value;
            }
            this.did(value, "");
        }
        throw new Violation("an update does not end");
    }

    private did(what: string, who: string): void {
        this.lines.push(`${who}${what}`);
        this.world.check(who + what);
    }

    private strike(fault: Fault): void {
        const { world } = this;
        const running = world.servers.filter(({ process, sentinel }) => process ?? sentinel);
        if (running.length === 0) return;
        const chosen = "server" in fault ? pick(running, fault.server) : running[0];
        if (!chosen) return;
        switch (fault.kind) {
            case "kill":
                world.kill(chosen);
                break;
            case "wipe":
                world.kill(chosen, true);
                break;
            case "restartAll":
                for (const server of running) world.kill(server);
                break;
            case "stop":
                chosen.stopped = true;
                break;
            case "cut":
                chosen.cut = true;
                break;
            case "oneWay":
                for (const other of world.servers) if (other !== chosen) world.cutLink(chosen.name, other.name);
                break;
            case "slow":
                world.slowDown(chosen.name);
                break;
            case "swap":
                world.swap(chosen, pick(running, fault.other));
                // Who takes the one for the other elects a second master.
                if (this.trace.shape === "sentinel" || this.trace.shape === "cluster") world.hands = true;
                break;
            case "byHand":
                world.byHand(fault.what, chosen);
                break;
            case "killUp":
            case "twoUps":
            case "unforeseen":
        }
    }

    /** At the end: the plan is empty, and everybody has every write that was not excused. */
    private compare(): void {
        const { world, declared } = this;
        for (let looks = 0; looks < 10; looks++) world.tick();
        const plan = planDeployment(desiredOf(declared), world.look(declared.model));
        const left = [...describePlan(plan), ...(plan.refused ?? []).map(describeProblem)];
        if (left.length > 0)
            throw new Violation(`after an update that ended well there is more to do: ${left.join("; ")}`);
        const promised: Keys = world.acknowledged & ~world.excused;
        for (const { name } of present(declared.model)) {
            const missing = promised & world.partOf(name) & ~(world.server(name).process?.keys ?? 0);
            if (missing) throw new Violation(`${name} lacks ${show(missing)} at the end`);
        }
    }
}
