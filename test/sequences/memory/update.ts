import { lastCopies } from "../../../redis/lastCopies";
import { type Model, masterOf, type NodeModel, present } from "../../../redis/model";
import type { Observation, ServerObservation } from "../../../redis/observation";
import { onceLogged } from "../../../redis/persistence";
import { type Plan, planDeployment, words } from "../../../redis/plan";
import { handoverSteps } from "../../../redis/rollout/handover";
import { planHealing } from "../../../redis/rollout/roles";
import { isOfUse, isReplaceable, standingOf } from "../../../redis/rollout/standing";
import { successorOf } from "../../../redis/rollout/successor";
import { unreadableProblems } from "../../../redis/rollout/unreadable";
import { nextWave, nodesOf, outdated, type Wave } from "../../../redis/rollout/waves";
import { type Desired, pausedServers } from "../../../redis/servers";
import type { Passwords } from "../../../redis/users";
import { specificationOf, usersOf } from "./server";
import { apply, type Doing, Failed, logComplete } from "./steps";
import { Violation, type World } from "./world";

/** Looks after which a convergence or a wait in which nothing comes about is given up. */
const patience = 40;
/** Looks for which what is not in sync may come back by itself before anything is replaced. */
const calm = 6;

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
    const desired = desiredOf(declared);
    const observation = world.look(model);
    const unreadable = unreadableProblems(observation);
    if (unreadable.length > 0)
        return { ok: false, why: unreadable.map(({ path, message }) => `${path} ${message}`).join() };
    const running = observation.some(({ container }) => container);
    if (running) {
        const { refused } = planDeployment(desired, observation);
        if (refused) return { ok: false, why: refused.join() };
        if (model.data === "delete" && lastCopies(model, observation).length > 0)
            return { ok: false, why: "last copies" };
        const failed = yield* new MemoryRollout(world, declared, desired, planned, foreseen, observation).all();
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
    let why = "";
    for (let looks = 0; looks < patience; looks++) {
        const observation = world.look(model);
        const paused = pausedServers(observation);
        const plan: Plan = paused.length === 0 ? planDeployment(desired, observation) : { steps: [], waiting: paused };
        if (plan.refused) return { ok: false, why: plan.refused.join() };
        why = [...plan.steps.map(words), ...plan.waiting].join("; ");
        if (why === "") {
            yield* rewrite(world, model);
            return ok;
        }
        for (const step of plan.steps) {
            world.trace.push(`step: ${words(step)}`);
            const done = yield* tried(apply(world, desired, step));
            if (!done && !plan.together) break;
        }
        world.tick();
        yield "look again";
    }
    return { ok: false, why };
}

function* rewrite(world: World, model: Model): Doing {
    for (const { name } of present(model)) {
        if (!world.server(name).answers) continue;
        yield* tried(logComplete(world, name));
        if (world.server(name).answers) world.server(name).rewrite();
        yield `write down what ${name} is`;
    }
}

/** Does a step that may fail; whether it was done. */
export function* tried(doing: Doing): Doing<boolean> {
    try {
        yield* doing;
        return true;
    } catch (error) {
        if (error instanceof Failed) return false;
        throw error;
    }
}

/** As commands/rollout/rollout.ts, with containers that are made in no time. */
class MemoryRollout {
    private readonly left: Set<string>;
    private readonly expected: Set<string>;
    private readonly needed = new Set<string>();
    private readonly before: Map<string, string>;
    private isTried = false;
    private prepared = false;

    constructor(
        private readonly world: World,
        private readonly declared: Declared,
        private readonly desired: Desired,
        private readonly planned: ReadonlySet<string>,
        foreseen: boolean,
        private observation: Observation,
    ) {
        const { model } = declared;
        this.left = new Set(nodesOf(model).map(({ name }) => name));
        this.before = new Map(observation.flatMap(({ node, container }) => (container ? [[node, container.id]] : [])));
        const putBack = observation.filter(({ container }) => container?.putBack).map(({ node }) => node);
        this.expected = new Set([...outdated(model, observation), ...putBack, ...(foreseen ? planned : [])]);
    }

    private get model(): Model {
        return this.declared.model;
    }

    /** Every wave; the outcome when it cannot go on. */
    *all(): Doing<Outcome | undefined> {
        try {
            if (this.expected.size > 0) yield* this.prepare();
            yield* this.healFirst();
            for (const server of this.observation) {
                if (!server.declared) continue;
                if (["inSync", "master"].includes(standingOf(server, this.observation))) this.needed.add(server.node);
            }
            for (let wave = yield* this.next(); wave; wave = yield* this.next()) {
                const nodes = wave.nodes.map(
                    (name) => nodesOf(this.model).find((node) => node.name === name) as NodeModel,
                );
                for (const node of nodes) this.world.lay(this.model, node, this.declared.passwords);
                yield* this.handOver(wave);
                for (const node of nodes) yield* this.make(node);
                yield* this.done(wave);
            }
            return undefined;
        } catch (error) {
            if (error instanceof Failed) return { ok: false, why: error.message };
            throw error;
        }
    }

    private *next(): Doing<Wave | undefined> {
        if (this.left.size === 0) return undefined;
        let wave = this.wave();
        if (!wave) {
            yield* this.until(function* (this: MemoryRollout) {
                yield* this.prepare();
                yield* this.heal();
                wave = this.wave();
                return wave ? [] : [...this.left];
            }, "its turn");
        }
        return wave;
    }

    private wave(): Wave | undefined {
        return nextWave(this.model, this.observation, this.left, this.isTried, this.expected);
    }

    private *prepare(): Doing {
        if (this.prepared) return;
        const { users, replicationPassword } = this.desired;
        const servers = this.observation.filter(({ redis }) => redis);
        for (const { node } of servers) {
            const server = this.world.server(node);
            if (!server.answers || !server.process) throw new Failed(`${node} does not answer`);
            server.process.users = users.map((user) => {
                const known = server.process?.users.find(({ name }) => name === user.name);
                if (!known?.enabled) return user;
                const added = user.passwordHashes.filter((hash) => !known.passwordHashes.includes(hash));
                return added.length > 0 ? { ...known, passwordHashes: [...known.passwordHashes, ...added] } : known;
            });
            yield `have ${node} take both passwords`;
        }
        for (const { node } of servers) {
            const server = this.world.server(node);
            if (!server.answers || !server.process) throw new Failed(`${node} does not answer`);
            server.process.settings.masterauth = replicationPassword;
            yield `have ${node} sign in with the declared password`;
        }
        this.prepared = true;
    }

    private *healFirst(): Doing {
        const sick = () =>
            this.observation.some(
                (server) =>
                    server.declared &&
                    server.kind !== "sentinel" &&
                    ["unreadable", "loading", "behind"].includes(standingOf(server, this.observation)),
            );
        for (let until = calm, looks = 0; sick() && looks < until && looks < patience; looks++) {
            if ((yield* this.heal()).length > 0) until = looks + calm;
            yield* this.look();
        }
    }

    /** Takes the steps about roles that are due; returns what they wait for and what they are, in words. */
    private *heal(): Doing<string[]> {
        const complete = this.model.nodes.every(({ name }) => !this.left.has(name));
        const plan = planHealing(this.desired, this.observation, complete);
        for (const step of plan.steps) {
            this.world.trace.push(`heal: ${words(step)}`);
            yield* tried(apply(this.world, this.desired, step));
        }
        return plan.steps.map(words);
    }

    private *handOver({ kind, nodes }: Wave): Doing {
        const due = nodes.filter((node) => !["absent", "alone", "sentinel"].includes(kind) && this.expected.has(node));
        if (due.length === 0) return;
        yield* this.until(function* (this: MemoryRollout) {
            if (kind === "masters") yield* this.prepare();
            const still = this.seen(due).filter((one) => !isReplaceable(this.model, one, this.observation));
            const handovers = still.flatMap((master) => {
                if (kind !== "masters" || standingOf(master, this.observation) !== "master") return [];
                const successor = successorOf(this.model, master, this.observation, this.left);
                return successor ? handoverSteps(this.model, master, successor, this.observation) : [];
            });
            const { steps, waiting } = onceLogged(this.model, this.observation, handovers);
            for (const step of steps) {
                this.world.trace.push(`hand over: ${words(step)}`);
                yield* tried(apply(this.world, this.desired, step));
            }
            if (still.length > 0 && handovers.length === 0) yield* this.heal();
            return [...waiting, ...still.map(({ node }) => node)];
        }, "to hand over, or to be in sync");
    }

    /** What Pulumi does with a container: nothing, make it, or replace it. */
    private *make(node: NodeModel): Doing {
        const server = this.world.server(node.name);
        const { container } = server;
        const due =
            !container ||
            container.putBack ||
            this.planned.has(node.name) ||
            container.specification !== specificationOf(this.model, node);
        if (!due) return;
        if (container) {
            this.world.stop(server);
            server.container = undefined;
            yield `stop and remove ${node.name}`;
        }
        server.create(this.world.random.below(2));
        this.world.trace.push(`pulumi: made ${node.name}`);
        yield `make ${node.name}`;
    }

    private *done(wave: Wave): Doing {
        for (const node of wave.nodes) this.left.delete(node);
        if (!["absent", "behind"].includes(wave.kind)) this.isTried = true;
        const replaced = wave.nodes.filter((node) => this.world.server(node).container?.id !== this.before.get(node));
        if (replaced.length === 0 || (this.left.size === 0 && wave.kind === "absent")) return;
        for (const node of replaced) this.needed.add(node);
        if (replaced.some((node) => this.before.has(node) && !this.expected.has(node))) {
            for (const node of this.left) this.expected.add(node);
        }
        yield* this.until(function* (this: MemoryRollout) {
            yield* this.prepare();
            yield* this.heal();
            return this.seen([...this.needed])
                .filter((server) => !isOfUse(this.model, server, this.observation))
                .map(({ node }) => node);
        }, "to be in sync, or a master");
    }

    private seen(nodes: string[]): ServerObservation[] {
        return this.observation.filter(({ declared, node }) => declared && nodes.includes(node));
    }

    private *look(): Doing {
        this.world.tick();
        yield "look again";
        // What happens between a look and what is done about it is nobody's to prevent.
        this.observation = this.world.look(this.model);
    }

    private *until(missing: (this: MemoryRollout) => Doing<string[]>, expected: string): Doing {
        let left: string[] = [];
        for (let looks = 0; looks < patience; looks++) {
            yield* this.look();
            try {
                left = yield* missing.call(this);
            } catch (error) {
                if (!(error instanceof Failed)) throw error;
                left = [error.message];
            }
            if (left.length === 0) return;
        }
        throw new Failed(`${left.join()}: expected ${expected}`);
    }
}

/** Fails when something other than a fault ends badly. */
export function demand(outcome: Outcome, what: string): void {
    if (!outcome.ok) throw new Violation(`${what}: ${outcome.why}`);
}
