import { lead } from "../links";
import type { Surroundings } from "../surroundings";
import { broadcast, type Running, reachable, timeoutOf } from "./bus";
import { keysIn } from "./slots";

/** Looks for which a failover that somebody asked for goes on (`CLUSTER_MF_TIMEOUT`), and for which its master holds writes. */
export const askedTime = 5;
/** Timeouts for which a replica may have been without its master and still be elected (`cluster-replica-validity-factor`). */
const validity = 10;

/** A replica becomes the master of its shard, when it was asked to or when its master has failed, and most masters agree. */
export function elect(world: Surroundings, one: Running): void {
    const { node, process } = one;
    if (node.isMaster || !node.master) return;
    const master = node.known.get(node.master);
    if (!master) return;
    if (node.asked) {
        const { until, force } = node.asked;
        if (world.now >= until) node.asked = undefined;
        else if ((force || hasEverything(world, one)) && mayPoll(world, one) && poll(world, one, true)) win(world, one);
        return;
    }
    if (master.down !== "fail" || !node.slots.owns(node.master)) {
        node.electionAt = undefined;
        return;
    }
    const timeout = timeoutOf(process);
    // Who was never connected has been without its master for ever.
    if (!process.linked || process.downFor > validity * timeout) return;
    node.electionAt ??= world.now + 1 + world.random.below(2) + rank(world, one);
    if (world.now < node.electionAt) return;
    if (mayPoll(world, one) && poll(world, one, false)) win(world, one);
}

/** One that has asked for votes, successfully or not, asks again only after a while. */
const mayPoll = ({ now }: Surroundings, { node, process }: Running): boolean =>
    node.polledAt === undefined || now - node.polledAt >= 4 * timeoutOf(process);

/** How many other replicas of its master have more. */
function rank(world: Surroundings, { node, process, server }: Running): number {
    let better = 0;
    for (const known of node.known.values()) {
        if (known.isMaster || known.master !== node.master) continue;
        const other = reachable(world, server, known.endpoint);
        if (other && other.process.offset > process.offset) better++;
    }
    return better;
}

/** Whether a replica has what its master has, which holds its writes meanwhile. */
function hasEverything(world: Surroundings, { node, process, server }: Running): boolean {
    const master = reachable(world, server, node.known.get(node.master ?? "")?.endpoint);
    if (!master || master.process.heldUntil <= world.now || process.link !== "up") return false;
    return master.process.id === process.id && process.offset >= master.process.offset;
}

/** Asks the masters for their votes (`clusterSendFailoverAuthIfNeeded`). */
function poll(world: Surroundings, one: Running, asked: boolean): boolean {
    const { node, server } = one;
    const master = node.master as string;
    const epoch = ++node.currentEpoch;
    node.polledAt = world.now;
    const claimed = node.slots.rangesOf(master);
    const claimedEpoch = node.epochOf(master);
    let votes = 0;
    for (const known of node.known.values()) {
        const voter = reachable(world, server, known.endpoint);
        if (!voter || voter.node.id !== known.id || !voter.node.serves) continue;
        const { node: judge } = voter;
        const requester = judge.known.get(node.id);
        if (!requester) continue;
        if (judge.currentEpoch < epoch) judge.currentEpoch = epoch;
        if (epoch < judge.currentEpoch || judge.lastVote === epoch) continue;
        const failed = judge.known.get(master)?.down === "fail";
        if (requester.isMaster || requester.master === undefined || (!failed && !asked)) continue;
        const again = 2 * timeoutOf(voter.process);
        if (world.now - (judge.votes.get(requester.master) ?? -100) < again) continue;
        if (judge.slots.within(claimed, (owner) => judge.epochOf(owner) > claimedEpoch).length > 0) continue;
        judge.votes.set(requester.master, world.now);
        judge.lastVote = epoch;
        votes++;
    }
    return votes >= node.majority;
}

function win(world: Surroundings, one: Running): void {
    const { node } = one;
    // Redis replicates without waiting: what the master had not passed on goes with it, unless it agreed.
    if (!node.asked) {
        const slots = node.slots.rangesOf(node.master ?? "");
        world.elected(keysIn(slots), one.server);
    }
    node.epoch = node.currentEpoch;
    takePlace(world, one);
}

/** A replica is the master from now on, and tells everybody. */
export function takePlace(world: Surroundings, one: Running): void {
    const { node, process, server } = one;
    node.slots.inherit(node.master ?? "", node.id);
    Object.assign(node, { isMaster: true, master: undefined, asked: undefined, electionAt: undefined });
    lead(process, world.newId);
    node.changed();
    world.trace.push(`cluster: ${server.name} is the master of its shard`);
    broadcast(world, one);
}
