import type { Passwords } from "../../../redis/acl/passwords";
import { describeProblem } from "../../../redis/declaration/problem";
import { specification } from "../../../redis/model/containerSpecification";
import { type Model, masterOf, type NodeModel, present } from "../../../redis/model/model";
import { describePlan, describeStep } from "../../../redis/plan/describe";
import type { Desired } from "../../../redis/plan/desired";
import { isOwnFault } from "../../../redis/plan/faults";
import { planDeployment } from "../../../redis/plan/plan";
import { RollingUpdate } from "../../../redis/plan/rollout/rollingUpdate";
import { unreadableProblems } from "../../../redis/plan/rollout/unreadable";
import { nodesOf } from "../../../redis/plan/rollout/waves";
import { pausedServers } from "../../../redis/plan/servers";
import type { Plan } from "../../../redis/plan/step";
import { lastCopies } from "../../../redis/preflight/lastCopies";
import { type Doing, tried } from "./doing";
import { MemoryDriver } from "./memoryDriver";
import { usersOf } from "./server";
import { apply, logComplete } from "./steps";
import { Violation, type World } from "./world";

/** Looks after which a convergence in which nothing comes about is given up. */
const patience = 40;
/** Looks for which servers that run may take to answer before an update refuses. */
const grace = 5;

/** What is declared. */
export interface Declared {
    model: Model;
    passwords: Passwords;
    /** The master when the last update ended. */
    before?: string;
}

/** How an update ended: with everything as declared, or with what it says instead. */
export interface Outcome {
    ok: boolean;
    why: string;
}

const ok: Outcome = { ok: true, why: "" };

export function desiredOf({ model, passwords, before }: Declared): Desired {
    const moved = before !== undefined && model.topology !== "cluster" && before !== masterOf(model).name;
    return {
        model,
        users: usersOf({ model, passwords }),
        replicationPassword: passwords.replication ?? "",
        passwords,
        moved,
    };
}

/**
 * An update as the program does it: look, refuse, replace in waves, converge, delete who leaves.
 * @param planned servers that Pulumi replaces for reasons of its own
 * @param foreseen whether the update knows of them beforehand
 */
export function* update(
    world: World,
    declared: Declared,
    planned: ReadonlySet<string>,
    foreseen: boolean,
): Doing<Outcome> {
    const { model } = declared;
    world.released = new Set();
    const desired = desiredOf(declared);
    let observation = world.look(model);
    let unreadable = unreadableProblems(observation);
    for (let looks = 0; unreadable.length > 0 && looks < grace; looks++) {
        world.tick();
        yield "wait for answers";
        observation = world.look(model);
        unreadable = unreadableProblems(observation);
    }
    if (unreadable.length > 0)
        return { ok: false, why: unreadable.map(({ path, message }) => `${path} ${message}`).join() };
    const running = observation.some(({ container }) => container);
    if (running) {
        const { refused } = planDeployment(desired, observation);
        if (refused) return { ok: false, why: refused.join() };
        if (model.data === "delete" && lastCopies(model, observation).length > 0)
            return { ok: false, why: "last copies" };
        const driver = new MemoryDriver(world, desired);
        const update = new RollingUpdate(driver, desired, observation, foreseen ? planned : new Set());
        const failed = yield* rollOut(world, declared, update, planned);
        if (failed) return failed;
    } else {
        for (const node of nodesOf(model)) {
            world.lay(model, node, declared.passwords).create(world.random.below(2));
            yield `make ${node.name}`;
        }
    }
    const outcome = yield* converge(world, declared);
    if (!outcome.ok) return outcome;
    for (const { node, declared: stays } of world.look(model)) {
        if (stays) continue;
        world.server(node).shutDown();
        world.server(node).container = undefined;
        world.forget(node, { keepVolume: model.data === "keep" });
        yield `delete ${node}, which leaves`;
    }
    return ok;
}

/** Observes, plans and applies until the plan is empty; then every server writes down what it is. */
export function* converge(world: World, declared: Declared): Doing<Outcome> {
    const desired = desiredOf(declared);
    const { model } = declared;
    let plan: Plan = { steps: [], waiting: [] };
    for (let looks = 0; looks < patience; looks++) {
        const observation = world.look(model);
        const paused = pausedServers(observation);
        plan = paused.length === 0 ? planDeployment(desired, observation) : { steps: [], waiting: paused };
        if (plan.refused) return { ok: false, why: plan.refused.map(describeProblem).join() };
        if (plan.steps.length === 0 && plan.waiting.length === 0) {
            world.released = new Set(observation.filter((server) => !server.declared).map(({ node }) => node));
            yield* rewrite(world, model);
            return ok;
        }
        for (const step of plan.steps) {
            world.trace.push(`step: ${describeStep(step)}`);
            const failure = yield* tried(apply(world, desired, step));
            if (failure && !plan.together) break;
        }
        world.tick();
        yield "look again";
    }
    return { ok: false, why: describePlan(plan).join("; ") };
}

function* rewrite(world: World, model: Model): Doing {
    for (const { name } of present(model)) {
        if (!world.server(name).answers) continue;
        yield* tried(logComplete(world, name));
        if (world.server(name).answers) world.server(name).rewrite();
        yield `write down what ${name} is`;
    }
}

/** What components/inTurn.ts has Pulumi do: files first, and containers when way is made. The outcome when it cannot go on. */
function* rollOut(
    world: World,
    { model, passwords }: Declared,
    update: RollingUpdate<string>,
    planned: ReadonlySet<string>,
): Doing<Outcome | undefined> {
    try {
        for (let wave = yield* update.next(); wave; wave = yield* update.next()) {
            const { nodes } = wave;
            const declared = nodesOf(model).filter(({ name }) => nodes.includes(name));
            for (const node of declared) world.lay(model, node, passwords);
            yield* update.makeWay(wave);
            for (const node of declared) yield* bring(world, model, node, planned);
            yield* update.done(wave, new Map(nodes.map((node) => [node, world.server(node).container?.id ?? ""])));
        }
        return undefined;
    } catch (error) {
        if (isOwnFault(error)) throw error;
        return { ok: false, why: (error as Error).message };
    }
}

/** What Pulumi does with a container: nothing, make it, or replace it. */
function* bring(world: World, model: Model, node: NodeModel, planned: ReadonlySet<string>): Doing {
    const server = world.server(node.name);
    const { container } = server;
    if (container && !planned.has(node.name) && container.specification === specification(model, node)) return;
    if (container) yield* world.remove(server);
    server.create(world.random.below(2));
    world.trace.push(`pulumi: made ${node.name}`);
    yield `make ${node.name}`;
}

/** Fails when something other than a fault ends badly. */
export function demand(outcome: Outcome, what: string): void {
    if (!outcome.ok) throw new Violation(`${what}: ${outcome.why}`);
}
