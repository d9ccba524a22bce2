import { liveOwnDirectives } from "../../../redis/model/files/ownDirectives";
import { quarantine } from "../../../redis/model/files/replicaOf";
import { nodeOf } from "../../../redis/model/model";
import type { Desired } from "../../../redis/plan/desired";
import { firstNeeded } from "../../../redis/plan/persistence";
import { isSentinelStep } from "../../../redis/plan/sentinel/sentinelStep";
import type { Step } from "../../../redis/plan/step";
import { toConfigSet } from "../../../redis/settings/settings";
import { applyCluster } from "./cluster/steps";
import { commanded, type Doing, Failed } from "./doing";
import { follow, lead } from "./links";
import { keep, keepingSettings, type Process, set } from "./process";
import { applySentinel } from "./sentinel/steps";
import { keepingOf } from "./server";
import type { World } from "./world";

/** How long a handover waits for its successor, and holds writes, in looks. */
const patience = 3;
const hold = 5;
const lease = 4;
/** How long a log or a snapshot is waited for, in looks. */
const longest = 10;

/** Does a step as reconcile/apply.ts does it, command by command. */
export function* apply(world: World, desired: Desired, step: Step): Doing {
    const { model } = desired;
    switch (step.kind) {
        case "start": {
            const server = world.server(step.node);
            if (server.container?.state === "exited") server.start(world.random.below(2));
            yield `start ${step.node}`;
            return;
        }
        case "configure": {
            const process = commanded(world, step.node);
            const node = nodeOf(model, step.node);
            const own: Record<string, string> = {
                ...liveOwnDirectives(model, node),
                masterauth: desired.replicationPassword,
            };
            const values = step.changes.map(({ name, value }) => [
                name,
                own[name] ?? value ?? toConfigSet(name, node.settings[name] ?? ""),
            ]);
            set(process, Object.fromEntries(values));
            yield `configure ${step.node}`;
            return;
        }
        case "setUsers": {
            const { sentinel, reached } = world.server(step.node);
            const holder = sentinel && reached ? sentinel : commanded(world, step.node);
            const others = holder.users.filter(
                ({ name }) => !step.leave.includes(name) && !step.users.some((user) => user.name === name),
            );
            holder.users = [...others, ...step.users];
            if (!sentinel) commanded(world, step.node).dismissed = false;
            yield `set the users of ${step.node}`;
            return;
        }
        case "persistence":
            return yield* changePersistence(world, desired, step.node);
        case "promote":
            lead(rolled(world, step.node), world.newId);
            world.server(step.node).rewrite();
            yield `promote ${step.node}`;
            return;
        case "follow":
            follow(rolled(world, step.node), step.endpoint);
            world.server(step.node).rewrite();
            yield `have ${step.node} follow ${step.parent}`;
            return;
        case "park":
            follow(rolled(world, step.node), quarantine);
            world.server(step.node).rewrite();
            yield `set ${step.node} aside`;
            return;
        case "failover":
            return yield* failover(world, step.from, step.to);
        default:
            return yield* isSentinelStep(step) ? applySentinel(world, desired, step) : applyCluster(world, step);
    }
}

/** The process of a server whose role can be changed. */
function rolled(world: World, node: string): Process {
    const process = commanded(world, node);
    if (process.loading > 0) throw new Failed(`${node}: LOADING Redis is loading the dataset in memory`);
    return process;
}

/** As reconcile/replication/failover.ts. */
function* failover(world: World, from: string, to: string): Doing {
    const held = rolled(world, from);
    rolled(world, to);
    const change = (node: string, does: (process: Process) => void) => {
        does(commanded(world, node));
        world.server(node).rewrite();
    };
    try {
        held.heldUntil = world.now + hold;
        yield `hold writes on ${from}`;
        if (commanded(world, from).following) throw new Failed(`${from} is no master any more`);
        yield* caughtUp(world, from, to);
        const asideSince = world.now;
        try {
            change(from, (process) => follow(process, quarantine));
            yield `set the master ${from} aside`;
            if (!commanded(world, from).following) throw new Failed(`${from} is a master again`);
            yield* caughtUp(world, from, to);
        } catch (error) {
            const { answers, process } = world.server(to);
            if (!answers || process?.following) change(from, (process) => lead(process, world.newId));
            throw error;
        }
        if (world.now - asideSince >= lease) throw new Failed("stood still while it handed over");
        change(to, (process) => lead(process, world.newId));
        yield `make ${to} the master in place of ${from}`;
        change(from, (process) => follow(process, world.server(to).announce));
        yield `have ${from} follow ${to}, its successor`;
    } finally {
        if (world.server(from).answers) held.heldUntil = 0;
    }
}

/** Waits until a replica has what its master has now. */
function* caughtUp(world: World, from: string, to: string): Doing {
    const { id, offset } = commanded(world, from);
    for (let looks = 0; ; looks++) {
        const replica = commanded(world, to);
        if (replica.following && replica.id === id && replica.offset >= offset) return;
        if (looks === patience) throw new Failed(`expected ${to} to have everything`);
        world.tick();
        yield `wait for ${to} to have everything`;
    }
}

/** As reconcile/persistence.ts: the new way holds everything before the old one ends. */
function* changePersistence(world: World, { model }: Desired, name: string): Doing {
    const server = world.server(name);
    const declared = keepingOf(nodeOf(model, name));
    const process = rolled(world, name);
    const needed = firstNeeded(keepingSettings(declared), keepingSettings(process));
    if (needed === "log") {
        turnLogOn(process, world);
        yield `turn the log of ${name} on`;
        yield* logComplete(world, name);
    }
    if (needed === "snapshot") {
        commanded(world, name);
        server.save();
        yield `have ${name} write a snapshot`;
    }
    const still = rolled(world, name);
    if (still.appendonly && !declared.appendonly && still.rewriting === 0) server.disk.log = still.keys;
    if (!still.appendonly && declared.appendonly) turnLogOn(still, world);
    keep(still, declared);
    server.rewrite();
    yield `have ${name} keep its data as declared`;
}

/** CONFIG SET appendonly yes: the log is no use before a rewrite is complete. */
export function turnLogOn(process: Process, world: World): void {
    if (process.appendonly) return;
    keep(process, { appendonly: true, save: process.save });
    process.rewriting = world.duration();
}

/** Waits until a server's log holds everything. */
export function* logComplete(world: World, name: string): Doing {
    for (let looks = 0; commanded(world, name).rewriting > 0; looks++) {
        if (looks === longest) throw new Failed(`expected the log of ${name} to hold everything`);
        world.tick();
        yield `wait for the log of ${name}`;
    }
}
