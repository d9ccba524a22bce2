import { hashPassword } from "../../../../redis/acl/rules";
import { sameEndpoint } from "../../../../redis/model/endpoint";
import { quarantine } from "../../../../redis/model/files/replicaOf";
import { present } from "../../../../redis/model/model";
import type { Desired } from "../../../../redis/plan/desired";
import type { SentinelStep } from "../../../../redis/plan/sentinel/sentinelStep";
import { commanded, type Doing, Failed } from "../doing";
import { follow, lead } from "../links";
import type { Process } from "../process";
import type { World } from "../world";
import type { Sentinel, Watched } from "./sentinel";
import { failoverTime, forceFailover, masterOf } from "./watch";

/** How long writes may be held, and Sentinels take to see what changed, in looks. */
const hold = 10;
const patience = 15;
const preferred = 1;
const downAfter = 86_400_000;

/** Does a step as reconcile/sentinel/ does it, command by command. */
export function* applySentinel(world: World, desired: Desired, step: SentinelStep): Doing {
    const { watch } = desired.model;
    if (!watch) throw new Failed("nothing is to be watched");
    switch (step.kind) {
        case "watch": {
            const sentinel = sentinelAt(world, step.node);
            if (sentinel.watched) throw new Failed("Duplicated master name");
            sentinel.watched = {
                ...{ settings: { ...watch }, master: step.master, epoch: 0, heard: world.now, tried: -1_000 },
                ...{ suspected: false, suspectedAt: 0, given: false, replicas: [], peers: [] },
            };
            break;
        }
        case "unwatch":
            sentinelAt(world, step.node).watched = undefined;
            break;
        case "setSentinel":
            Object.assign(watchedAt(world, step.node).settings, step.changes);
            break;
        case "setSentinelPassword":
            sentinelAt(world, step.node).passwordHash = hashPassword(desired.passwords?.sentinel ?? "");
            break;
        case "rediscover":
            Object.assign(watchedAt(world, step.node), { replicas: [], peers: [], failover: undefined });
            break;
        case "dismiss": {
            const process = commanded(world, step.node);
            process.dismissed = true;
            if (process.loading > 0) throw new Failed("LOADING");
            follow(process, quarantine);
            break;
        }
        case "sentinelFailover":
            return yield* sentinelFailover(world, desired, step);
    }
    yield step.kind;
}

function sentinelAt(world: World, name: string): Sentinel {
    const server = world.server(name);
    if (!server.sentinel || !server.reached) throw new Failed(`${name} does not answer`);
    return server.sentinel;
}

function watchedAt(world: World, name: string): Watched {
    const { watched } = sentinelAt(world, name);
    if (!watched) throw new Failed(`${name} watches nothing`);
    return watched;
}

/** As reconcile/sentinel/failover.ts. */
function* sentinelFailover(world: World, { model }: Desired, { from, to }: { from: string; to: string }): Doing {
    const answering = present(model, model.sentinels ?? [])
        .map(({ name }) => name)
        .filter((name) => world.servers.some((one) => one.name === name && one.reached && one.sentinel?.watched));
    const leader = answering.at(-1);
    if (!leader) throw new Failed("no Sentinel answers that could change the roles");
    const heir = world.server(to).announce;
    const settings = () => watchedAt(world, leader).settings;
    const successor = commanded(world, to);
    successor.priority = preferred;
    yield `prefer ${to}`;
    let isAnothers = false;
    try {
        sentinelAt(world, leader).pollsOften = true;
        yield* until(world, patience, () =>
            watchedAt(world, leader).replicas.some(
                ({ endpoint, priority }) => sameEndpoint(endpoint, heir) && priority === preferred,
            ),
        );
        commanded(world, from).heldUntil = world.now + hold;
        yield `hold writes on ${from}`;
        const { offset } = commanded(world, from);
        yield* until(world, hold / 2, () => received(commanded(world, to)) >= offset);
        settings()["down-after-milliseconds"] = downAfter;
        yield `have ${leader} be patient`;
        if (commanded(world, to) !== successor) throw new Failed(`${to} started anew before it was promoted`);
        const refused = forceFailover(world, sentinelAt(world, leader), watchedAt(world, leader));
        if (refused) {
            isAnothers = watchedAt(world, leader).failover !== undefined;
            throw new Failed(refused);
        }
        yield `have ${leader} promote ${to}`;
        const mayPromote = (model.watch ? failoverTime({ settings: model.watch }) : 0) + patience;
        yield* until(world, mayPromote, () => {
            const { reached, sentinel } = world.server(leader);
            const mayCome = !reached || !sentinel || sentinel.watched?.failover !== undefined;
            const old = world.server(from);
            if (old.answers) (old.process as Process).heldUntil = world.now + hold;
            const next = world.server(to);
            if (next.answers && !next.process?.following) return true;
            if (!mayCome) throw new Failed(`expected ${to} promoted by Sentinel, seen it give up`);
            return false;
        });
        yield* until(world, patience, () => {
            const [old, next] = [world.server(from), world.server(to)];
            if (old.answers) (old.process as Process).heldUntil = world.now + hold;
            return next.answers && next.process?.loading === 0;
        });
        if (commanded(world, to) !== successor) yield* feedAgain(world, from, to);
        const old = commanded(world, from);
        if (old.loading > 0) throw new Failed("LOADING");
        follow(old, heir);
        yield `have ${from} follow ${to}`;
        commanded(world, from);
        world.server(from).rewrite();
        yield `have ${from} write that down`;
        yield* until(world, patience, () =>
            answering.every((name) => sameEndpoint(masterOf(watchedAt(world, name)), heir)),
        );
    } finally {
        if (!isAnothers) {
            const declared = model.watch?.["down-after-milliseconds"];
            if (declared) settings()["down-after-milliseconds"] = declared;
            commanded(world, to).priority = undefined;
            commanded(world, from).heldUntil = 0;
            sentinelAt(world, leader).pollsOften = false;
        }
    }
}

/** The successor came back with less while it was promoted: it gets everything again, and is promoted again. */
function* feedAgain(world: World, from: string, to: string): Doing {
    const { following } = commanded(world, from);
    // The master before had come up empty itself: Sentinel has the others follow one that was emptied just then.
    if (following && sameEndpoint(following, quarantine)) world.excuse(world.acknowledged & ~commanded(world, to).keys);
    if (following) return;
    const heir = () => {
        const process = commanded(world, to);
        if (process.loading > 0) throw new Failed("LOADING");
        return process;
    };
    // What it has taken since its end is nowhere else, and clients have been told of it: as after an election.
    world.excuse(heir().keys & ~commanded(world, from).keys);
    follow(heir(), world.server(from).announce);
    yield `have ${to} get everything again`;
    yield* until(world, patience, () => {
        const master = commanded(world, from);
        master.heldUntil = world.now + hold;
        const { link, id, offset } = commanded(world, to);
        return link === "up" && id === master.id && offset >= master.offset;
    });
    if (commanded(world, from).following) throw new Failed(`${from} is no master any more`);
    lead(heir(), world.newId);
    world.server(to).rewrite();
    yield `have ${to} be the master again`;
}

/** `slave_repl_offset`, which a master does not have. */
const received = ({ following, offset }: Process): number => (following ? offset : 0);

function* until(world: World, looks: number, there: () => boolean): Doing {
    for (let left = looks; !there(); left--) {
        if (left === 0) throw new Failed("waited in vain");
        world.tick();
        yield "wait for Sentinel";
    }
}
