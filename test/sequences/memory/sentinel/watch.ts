import { sameEndpoint } from "../../../../redis/model/endpoint";
import type { Endpoint } from "../../../../redis/model/model";
import { follow, lead, serverAt } from "../links";
import type { Process } from "../process";
import type { MemoryServer } from "../server";
import type { Surroundings } from "../surroundings";
import { deadFor, type KnownReplica, type Sentinel, type Watched } from "./sentinel";

/** Looks between two questions to a server about its role (`INFO`), unless there is a reason to hurry. */
const infoPeriod = 4;
/** Looks for which a replica that says it is a master is left one (four times the time between two hellos). */
const hesitation = 8;
/** Looks for which votes are waited for. */
const electionTime = 4;
/** Milliseconds of a Sentinel's settings that one look stands for. */
const perLook = { "down-after-milliseconds": 1_000, "failover-timeout": 3_000 };
const usualPriority = 100;

interface Running {
    server: MemoryServer;
    sentinel: Sentinel;
    watched: Watched;
}

export const downAfter = ({ settings }: Watched): number =>
    settings["down-after-milliseconds"] / perLook["down-after-milliseconds"];
export const failoverTime = ({ settings }: Pick<Watched, "settings">): number =>
    settings["failover-timeout"] / perLook["failover-timeout"];

/** Some time goes by: Sentinels ask servers, tell each other what they know, and change roles. */
export function watch(world: Surroundings): void {
    const all: Running[] = [];
    for (const server of world.servers) {
        const { sentinel } = server;
        const watched = sentinel?.watched;
        if (!sentinel || !watched || server.stopped) continue;
        if (server.fresh) {
            for (const one of [watched, ...watched.replicas, ...watched.peers]) one.heard = world.now;
            watched.suspected = watched.given = false;
            watched.demoted = undefined;
            server.fresh = false;
        }
        all.push({ server, sentinel, watched });
    }
    for (const one of all) ask(world, one);
    for (const one of all) if (one.sentinel.pollsOften || world.random.oneIn(2)) hello(world, one, all);
    for (const one of all) judge(world, one, all);
    for (const one of all) failOver(world, one, all);
}

/** The process at an endpoint, as far as a Sentinel gets there and may sign in. */
function reached(
    world: Surroundings,
    from: MemoryServer,
    endpoint: Endpoint,
): { server: MemoryServer; process: Process } | undefined {
    if (from.cut) return undefined;
    const server = world.at(endpoint);
    const { process } = server ?? {};
    if (!server?.answers || !process || process.dismissed || world.isCut(from.name, server.name)) return undefined;
    return { server, process };
}

/** Asks servers whether they live, and now and then what they are. */
function ask(world: Surroundings, one: Running): void {
    const { server, sentinel, watched } = one;
    const hurried = sentinel.pollsOften || watched.given || watched.failover !== undefined;
    const informed = hurried || (world.now + server.name.charCodeAt(1)) % infoPeriod === 0;
    const master = reached(world, server, watched.master);
    if (master) {
        watched.heard = world.now;
        if (informed && master.process.loading === 0) {
            if (!master.process.following) watched.demoted = undefined;
            else watched.demoted ??= world.now;
            discover(world, watched, master.server);
        }
    }
    for (const replica of watched.replicas) {
        const there = reached(world, server, replica.endpoint);
        if (!there) continue;
        replica.heard = world.now;
        const often = informed || !replica.linkUp;
        if (often && there.process.loading === 0) takeIn(world, replica, there.process);
    }
    // Whoever answers at its address, it is taken for that Sentinel.
    for (const peer of watched.peers) {
        const server = world.at(peer.endpoint);
        if (!server?.sentinel || !server.reached) continue;
        if (!one.server.cut && !world.isCut(one.server.name, server.name)) peer.heard = world.now;
    }
    if (!watched.failover && isSane(world, watched)) for (const replica of watched.replicas) mend(world, one, replica);
}

/** A master names the replicas that are connected to it. */
function discover(world: Surroundings, watched: Watched, master: MemoryServer): void {
    for (const server of world.servers) {
        const { process, announce } = server;
        if (!process?.following || process.link === "down" || !sameEndpoint(process.following, master.announce))
            continue;
        if (watched.replicas.some(({ endpoint }) => sameEndpoint(endpoint, announce))) continue;
        watched.replicas.push(newReplica(world, announce));
        takeIn(world, watched.replicas.at(-1) as KnownReplica, process);
    }
}

function newReplica({ now }: Surroundings, endpoint: Endpoint): KnownReplica {
    return { endpoint, heard: now, priority: usualPriority, since: now, linkUp: false, downFor: 0, offset: 0 };
}

function takeIn({ now }: Surroundings, replica: KnownReplica, process: Process): void {
    const { following } = process;
    const same =
        following && replica.following ? sameEndpoint(following, replica.following) : following === replica.following;
    if (!same) replica.since = now;
    replica.following = following;
    replica.linkUp = process.link === "up";
    replica.downFor = process.link === "up" ? 0 : process.downFor;
    replica.offset = process.offset;
    replica.priority = process.priority ?? usualPriority;
}

/** Whether the master lives and says that it is one. */
const isSane = ({ now }: Surroundings, { heard, demoted, suspected, given }: Watched): boolean =>
    !suspected && !given && demoted === undefined && now - heard <= infoPeriod;

/** Has a replica follow the master that says it is one itself, or follows another one, for long. */
function mend(world: Surroundings, { server, watched }: Running, replica: KnownReplica): void {
    const { following, since } = replica;
    if (following && sameEndpoint(following, watched.master)) return;
    if (world.now - since <= (following ? failoverTime(watched) : hesitation)) return;
    order(world, server, replica.endpoint, watched.master);
}

/** MULTI, SLAVEOF, CONFIG REWRITE, CLIENT KILL, EXEC. */
function order(world: Surroundings, from: MemoryServer, endpoint: Endpoint, master: Endpoint | undefined): boolean {
    const there = reached(world, from, endpoint);
    if (!there || there.process.loading > 0) return false;
    if (master) follow(there.process, master);
    else lead(there.process, world.newId);
    there.server.rewrite();
    world.trace.push(`sentinel: ${from.name} has ${there.server.name} ${master ? "follow" : "be the master"}`);
    return true;
}

/** Tells the others who one is and which master one knows, through servers that both reach. */
function hello(world: Surroundings, one: Running, all: Running[]): void {
    const endpoints = [one.watched.master, ...one.watched.replicas.map(({ endpoint }) => endpoint)];
    for (const other of all) {
        if (other === one || other.watched.settings.name !== one.watched.settings.name) continue;
        const heard = endpoints.some(
            (endpoint) => reached(world, one.server, endpoint) && reached(world, other.server, endpoint),
        );
        if (heard) hear(world, other, one);
    }
}

function hear(world: Surroundings, { sentinel, watched }: Running, from: Running): void {
    const { id, epoch } = from.sentinel;
    const { announce } = from.server;
    const known = watched.peers.find((peer) => peer.id === id);
    if (known) known.heard = world.now;
    else {
        watched.peers = watched.peers.filter(({ endpoint }) => !sameEndpoint(endpoint, announce));
        watched.peers.push({ id, endpoint: announce, heard: world.now });
    }
    if (epoch > sentinel.epoch) sentinel.epoch = epoch;
    if (from.watched.epoch <= watched.epoch) return;
    watched.epoch = from.watched.epoch;
    const master = masterOf(from.watched);
    if (!sameEndpoint(master, watched.master)) changeMaster(world, watched, master);
}

/** Whom a Sentinel names as the master: during a failover the one that it has promoted. */
export function masterOf({ master, failover }: Watched): Endpoint {
    return failover?.state === "others" && failover.promoted ? failover.promoted : master;
}

/** The master that one of the Sentinels names, if it takes writes. */
export function namedMaster(world: Surroundings, masters: MemoryServer[]): MemoryServer | undefined {
    const asked = world.servers.filter(({ sentinel, reached }) => reached && sentinel?.watched);
    if (asked.length === 0) return undefined;
    const watched = world.random.pick(asked).sentinel?.watched;
    return watched && masters.find(({ announce }) => sameEndpoint(announce, masterOf(watched)));
}

/** Another master is watched from now on; the one before is one of its replicas. */
function changeMaster(world: Surroundings, watched: Watched, master: Endpoint): void {
    const replicas = [watched.master, ...watched.replicas.map(({ endpoint }) => endpoint)];
    watched.replicas = replicas.filter((one) => !sameEndpoint(one, master)).map((one) => newReplica(world, one));
    Object.assign(watched, { master, heard: world.now, suspected: false, given: false, demoted: undefined });
    watched.failover = undefined;
}

/** Whether the master is down as far as one knows, and whether a quorum says so. */
function judge(world: Surroundings, one: Running, all: Running[]): void {
    const { watched, server } = one;
    const silent = world.now - watched.heard > downAfter(watched);
    const demoted = watched.demoted !== undefined && world.now - watched.demoted > downAfter(watched) + 2 * infoPeriod;
    if ((silent || demoted) && !watched.suspected) watched.suspectedAt = world.now;
    watched.suspected = silent || demoted;
    watched.given = false;
    if (!watched.suspected) return;
    const agree = peersOf(world, server, watched, all).filter(
        (other) => other.watched.suspected && sameEndpoint(other.watched.master, watched.master),
    );
    watched.given = 1 + agree.length >= watched.settings.quorum;
}

/** Sentinels that one knows and reaches. */
function peersOf(world: Surroundings, from: MemoryServer, { peers }: Watched, all: Running[]): Running[] {
    return all.filter(
        ({ server, sentinel }) =>
            server !== from &&
            peers.some(({ id }) => id === sentinel.id) &&
            !server.cut &&
            !from.cut &&
            !world.isCut(server.name, from.name),
    );
}

/** SENTINEL FAILOVER; why it is refused, if it is. */
export function forceFailover(world: Surroundings, sentinel: Sentinel, watched: Watched): string | undefined {
    if (watched.failover) return "INPROG Failover already in progress";
    if (!chosen(world, watched)) return "NOGOODSLAVE No suitable replica to promote";
    begin(world, sentinel, watched, true);
    return undefined;
}

function begin(world: Surroundings, sentinel: Sentinel, watched: Watched, forced: boolean): void {
    sentinel.epoch++;
    watched.failover = {
        state: forced ? "choose" : "votes",
        epoch: sentinel.epoch,
        at: world.now,
        forced,
        votes: 0,
        own: false,
    };
    watched.tried = world.now + world.random.below(2);
}

function failOver(world: Surroundings, one: Running, all: Running[]): void {
    const { sentinel, watched, server } = one;
    const { failover } = watched;
    if (!failover) {
        if (watched.given && world.now - watched.tried > 2 * failoverTime(watched))
            begin(world, sentinel, watched, false);
        return;
    }
    const enter = (state: typeof failover.state) => Object.assign(failover, { state, at: world.now });
    const abort = () => {
        watched.failover = undefined;
    };
    const over = world.now - failover.at > failoverTime(watched);
    switch (failover.state) {
        case "votes": {
            // Who has voted for another one in this epoch has no vote left.
            if (sentinel.votedEpoch < failover.epoch) failover.own = true;
            sentinel.votedEpoch = Math.max(sentinel.votedEpoch, failover.epoch);
            const others = peersOf(world, server, watched, all);
            failover.votes += others.filter((peer) => votesFor(world, peer, failover.epoch)).length;
            const votes = failover.votes + (failover.own ? 1 : 0);
            const needed = Math.max(watched.settings.quorum, ((watched.peers.length + 1) >> 1) + 1);
            const late = sentinel.votedEpoch > failover.epoch || world.now - failover.at > electionTime;
            if (votes >= needed) enter("choose");
            else if (late) abort();
            return;
        }
        case "choose": {
            const replica = chosen(world, watched);
            failover.promoted = replica?.endpoint;
            if (replica) enter("promote");
            else abort();
            return;
        }
        case "promote": {
            const promoted = failover.promoted as Endpoint;
            if (order(world, server, promoted, undefined)) {
                const heir = world.at(promoted) as MemoryServer;
                world.superseded.delete(heir);
                const before = serverAt(world.servers, watched.master);
                if (!failover.forced) {
                    // Also one that others have promoted meanwhile, which this Sentinel has not heard of.
                    const isMaster = ({ process }: MemoryServer) => process !== undefined && !process.following;
                    for (const one of world.servers)
                        if (one !== heir && (one === before || isMaster(one))) world.superseded.add(one);
                    world.elected(-1, heir);
                }
                enter("wait");
            } else if (over) abort();
            return;
        }
        case "wait": {
            const promoted = failover.promoted as Endpoint;
            const there = reached(world, server, promoted);
            if (there && !there.process.following) {
                watched.epoch = failover.epoch;
                enter("others");
            } else if (over) abort();
            return;
        }
        case "others":
            if (reconfigure(world, one, failover.promoted as Endpoint, over) || over)
                changeMaster(world, watched, failover.promoted as Endpoint);
    }
}

/** Has the other replicas follow the promoted one, some at a time; whether all have. */
function reconfigure(world: Surroundings, { server, watched }: Running, promoted: Endpoint, over: boolean): boolean {
    let [busy, left] = [0, 0];
    for (const replica of watched.replicas) {
        if (sameEndpoint(replica.endpoint, promoted) || world.now - replica.heard > deadFor) continue;
        const there = reached(world, server, replica.endpoint);
        const follows = there?.process.following && sameEndpoint(there.process.following, promoted);
        if (follows && there.process.link === "up") continue;
        left++;
        if (follows) busy++;
    }
    for (const replica of watched.replicas) {
        if (sameEndpoint(replica.endpoint, promoted) || world.now - replica.heard > deadFor) continue;
        const there = reached(world, server, replica.endpoint);
        if (there?.process.following && sameEndpoint(there.process.following, promoted)) continue;
        if (!over && busy >= watched.settings["parallel-syncs"]) break;
        if (order(world, server, replica.endpoint, promoted)) busy++;
    }
    return left === 0;
}

function votesFor(world: Surroundings, { sentinel, watched }: Running, epoch: number): boolean {
    if (epoch > sentinel.epoch) sentinel.epoch = epoch;
    if (sentinel.votedEpoch >= epoch || sentinel.epoch > epoch) return false;
    sentinel.votedEpoch = epoch;
    watched.tried = world.now;
    return true;
}

/** The replica that is to be the master: by priority, then the furthest. */
export function chosen(world: Surroundings, watched: Watched): KnownReplica | undefined {
    const since = watched.suspected ? world.now - watched.suspectedAt : 0;
    const longest = since + 10 * downAfter(watched);
    const good = watched.replicas.filter(
        ({ heard, priority, downFor }) => world.now - heard <= 2 && priority !== 0 && downFor <= longest,
    );
    return good.sort((a, b) => a.priority - b.priority || b.offset - a.offset)[0];
}
