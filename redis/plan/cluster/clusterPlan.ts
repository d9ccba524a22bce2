import { type SlotRange, slotCount, slotRanges } from "../../model/cluster/slots";
import { hostOf, type Model, stays } from "../../model/model";
import {
    type ClusterState,
    clusterStateOf,
    forms,
    idOf,
    isMaster,
    isMeeting,
    knows,
    type Member,
    masterIdOf,
    ownsSlots,
    type Shard,
    sameEndpoint,
    takesPart,
    type UnknownNode,
} from "../../state/cluster/clusterState";
import { hasTemporaryTimeout, temporaryNodeTimeout } from "../../state/cluster/temporaryNodeTimeout";
import { ownedCount, ownedSlots, uncovered } from "../../state/cluster/view";
import type { Observation, ServerObservation } from "../../state/observation";
import type { Desired } from "../desired";
import { drainSuccessorOf, successorExpectation } from "../drain/successor";
import { isDraining } from "../drain/tree";
import { onceLogged } from "../persistence";
import { fullest } from "../replication/live";
import { at, planServers, silence } from "../servers";
import type { Plan } from "../step";
import { balance } from "./balance";
import { disputes, introductions } from "./slotDisputes";
import type { ClusterStep } from "./steps";

/** By which a newcomer gives its empty data to nobody (model/files/startScript.ts). */
export const guardSettings = ["repl-diskless-sync", "repl-diskless-sync-delay"];

/**
 * What lies between the declared cluster and what was seen of it.
 *
 * Declared are shards: which servers hold the same slots. Which of them is the master belongs to Redis, and so do the
 * slots of each shard as long as every shard has its share.
 */
export function planCluster(desired: Desired, observation: Observation): Plan {
    const clusterState = clusterStateOf(desired.model, observation);
    const refused = refusals(clusterState);
    if (refused.length > 0) return { steps: [], waiting: [], refused };

    const { due, underWay } = meetings(clusterState);
    const introduced = introductions(clusterState);
    // Whoever believes in an earlier owner would be acted on as if it were right.
    const disputed = disputes(clusterState);
    if (disputed.length > 0) {
        const servers = planServers(desired, observation, (server) => suspendedSettings(server, clusterState, false));
        const waiting = [...servers.waiting, ...underWay, ...disputed];
        return { steps: [...servers.steps, ...due, ...introduced], waiting, together: true };
    }
    const steps: ClusterStep[] = [
        ...temporaryTimeouts(clusterState),
        ...claims(clusterState),
        ...due,
        ...introduced,
        ...takeOvers(clusterState),
        ...replicas(clusterState),
        ...openSlots(clusterState),
        ...reclaims(clusterState),
        ...forgotten(clusterState),
    ];
    const acquainted = steps.length + underWay.length === 0;
    const moving = acquainted ? moves(desired.model, clusterState) : [];
    if (acquainted && moving.length === 0) steps.push(...retirements(clusterState));
    // Meetings may never succeed, and then it is to be said why.
    const nothingElse = moving.length === 0 && steps.every(({ kind }) => kind === "meet");
    const waiting = nothingElse ? [...underWay, ...unusable(clusterState)] : [];
    const usable = steps.length + moving.length + waiting.length === 0;
    if (usable) {
        const handed = drained(desired.model, clusterState, observation);
        // One at a time: of two elections at once one may get no votes, and begins anew after four times cluster-node-timeout.
        steps.push(...[...handed.steps, ...restored(desired, clusterState)].slice(0, 1));
        waiting.push(...handed.waiting);
    }
    const calm = usable || moving.length > 0;
    const servers = planServers(desired, observation, (server) => suspendedSettings(server, clusterState, calm));
    // Whoever owns slots judges others, and one with the temporary timeout takes a busy server for a dead one.
    if (!servers.steps.some(changesTimeout)) steps.push(...moving);
    const logged = onceLogged(desired.model, observation, steps);
    return {
        steps: [...servers.steps, ...logged.steps],
        waiting: [...servers.waiting, ...waiting, ...logged.waiting],
        together: true,
    };
}

/** What only a human can decide. */
function refusals({ unknownNodes, members }: ClusterState): string[] {
    const foreign = unknownNodes
        .filter(({ kind }) => kind === "foreign")
        .map(({ endpoint, id, knownBy }) => {
            const where = `${at(endpoint)} (${id.slice(0, 8)})`;
            return `${knownBy[0]?.node}: is in one cluster with ${where}, which is no server of this deployment: remove that node from the cluster, or use another server here`;
        });
    const full = members
        .filter((member) => holdsOthers(member) && member.redis.cluster.others.length === 0)
        .map(
            ({ node, redis }) =>
                `${node}: holds ${redis.keys} keys but owns no slots, so they belong to no cluster: save them elsewhere and empty it`,
        );
    return [...foreign, ...full, ...members.flatMap(closedPorts)];
}

/** Whether a master holds keys and owns no slots. */
function holdsOthers(member: Member): boolean {
    const { keys, cluster } = member.redis;
    if (!isMaster(member) || ownsSlots(member) || keys === 0) return false;
    return cluster.importing.length === 0 && !cluster.busy;
}

/**
 * A replica that took its master's place while slots moved away may hold keys that had gone already. As a server that is
 * started with such keys does, it opens their slots: what their owners have of them counts, and the rest goes there with them.
 */
function reclaims({ members, silent, unknownNodes }: ClusterState): ClusterStep[] {
    if (silent.length > 0 || unknownNodes.length > 0) return [];
    return members
        .filter((member) => holdsOthers(member) && takesPart(member))
        .map(({ node, redis }) => ({ kind: "reclaim", node, keys: redis.keys }));
}

function closedPorts({ node, host, announce, redis }: Member): string[] {
    const closed = redis.cluster.closed ?? [];
    return [...new Set(closed.map(({ port }) => port))].map((port) => {
        const from = closed.filter((one) => one.port === port).map((one) => one.from ?? "this machine");
        const what = port === announce.port ? "port" : "bus port";
        return `${node}: expected its ${what} ${port} on ${announce.host} to accept connections from ${from.join(", ")}, seen none: open TCP port ${port} of ${host} to every other host and to this machine`;
    });
}

/**
 * Only where a new cluster comes about. Whoever joins one that serves keeps its declared timeout: it would report masters
 * that stand still for a moment as failed, and reports count even of those that do not vote.
 */
function temporaryTimeouts(clusterState: ClusterState): ClusterStep[] {
    const { members } = clusterState;
    if (!forms(clusterState) || !canForm(clusterState)) return [];
    return members
        .filter(({ declared, redis }) => declared && redis.cluster.others.length === 0)
        .filter((member) => !ownsSlots(member) && !hasTemporaryTimeout(member))
        .map(({ node }) => ({ kind: "setTemporaryTimeout", node, timeout: temporaryNodeTimeout(members.length) }));
}

const changesTimeout = (step: Plan["steps"][number]): boolean =>
    step.kind === "configure" && step.changes.some(({ name }) => name === "cluster-node-timeout");

/** Settings that the convergence itself needs otherwise for a while. */
function suspendedSettings(server: ServerObservation, clusterState: ClusterState, calm: boolean): string[] {
    const { formed, members, unknownNodes, unread } = clusterState;
    const names: string[] = [];
    if (!calm && forms(clusterState) && hasTemporaryTimeout(server)) names.push("cluster-node-timeout");
    // A newcomer gives its empty data to nobody as long as somebody may take it for its lost master.
    // One without an address may be that one, too; and whoever does not answer yet may be a replica of it.
    const mayCome = unread.some(({ gone }) => !gone);
    const orphans = unknownNodes.some(
        ({ kind, server, replicas, slots }) =>
            (kind === "gone" || !server) && (replicas.length > 0 || (slots > 0 && mayCome)),
    );
    const member = members.find((candidate) => candidate === server);
    const alone = member?.redis.cluster.others.length === 0 && !ownsSlots(member);
    if (formed && (orphans || alone)) names.push(...guardSettings);
    return names;
}

/** Slots that nobody owns go to the shard that a new cluster would give them to. */
function claims({ members, shards, silent, unknownNodes }: ClusterState): ClusterStep[] {
    // Whoever does not answer may own them.
    if (silent.length > 0 || unknownNodes.some(({ slots }) => slots > 0)) return [];
    const free = uncovered(members.map(({ redis }) => redis.cluster));
    if (free.length === 0) return [];
    const shares = slotRanges(shards.length);
    return shards.flatMap(({ index, master }): ClusterStep[] => {
        const share = shares[index];
        const slots = share ? free.flatMap((range) => common(share, range)) : [];
        if (!master || slots.length === 0) return [];
        const { self, others } = master.redis.cluster;
        // Different epochs from the start save the masters from finding out who is right.
        const epoch = others.length === 0 && self.epoch === 0 ? { epoch: index + 1 } : {};
        return [{ kind: "claim", node: master.node, slots, ...epoch }];
    });
}

function common(a: SlotRange, b: SlotRange): SlotRange[] {
    const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
    return from <= to ? [{ from, to }] : [];
}

const knowsRightly = (a: Member, b: Member): boolean => {
    const known = knows(a, b);
    return !!known && !known.flags.includes("noaddr") && sameEndpoint(known.endpoint, b.announce);
};

/** A new cluster waits for all of its nodes. */
const canForm = ({ shards, silent }: ClusterState): boolean =>
    silent.length === 0 && shards.every(({ master }) => master);

/** Everybody meets everybody that it does not know, or knows at another address. */
function meetings(clusterState: ClusterState): { due: ClusterStep[]; underWay: string[] } {
    const { members, formed, owners } = clusterState;
    if (!formed && !canForm(clusterState)) return { due: [], underWay: [] };
    // Whoever leaves needs others only to give its slots to them, and to hear who owns which.
    const isWrong = (member: Member) => owners.disputes.some((dispute) => dispute.member === idOf(member));
    const needsOthers = (member: Member) => member.declared || ownsSlots(member) || isWrong(member);
    const parts = members.filter((member) => takesPart(member) && needsOthers(member));
    const unknown = parts.map((a, index) => {
        const others = parts.filter((b, other) => b !== a && meets(a, b, index < other));
        return {
            node: a.node,
            meeting: others.filter((b) => isMeeting(a, b)),
            toMeet: others.filter((b) => !isMeeting(a, b)),
        };
    });
    return {
        due: unknown
            .filter(({ toMeet }) => toMeet.length > 0)
            .map(({ node, toMeet }) => ({
                kind: "meet",
                node,
                others: toMeet.map((other) => ({ node: other.node, endpoint: other.announce })),
            })),
        underWay: unknown
            .filter(({ meeting }) => meeting.length > 0)
            .map(({ node, meeting }) => {
                const names = meeting.map((other) => other.node).join(", ");
                return `${node}: expected to know ${names}, seen only that they are meeting`;
            }),
    };
}

/** Of two that do not know each other the first one goes. */
const meets = (a: Member, b: Member, first: boolean): boolean => !knowsRightly(a, b) && (first || knowsRightly(b, a));

/** The members that would do best as master: those with most of its data. */
function mostDataFirst(candidates: Member[]): Member[] {
    return [...candidates].sort((a, b) => b.redis.offset - a.redis.offset || (a.node < b.node ? -1 : 1));
}

/** Replicas become masters: of those whose data is gone, and of those that are to give up their slots anyway. */
function takeOvers({ members, shards, unknownNodes }: ClusterState): ClusterStep[] {
    const masters = members.filter((member) => isMaster(member) && ownsSlots(member));
    const owners = unknownNodes.filter(({ slots }) => slots > 0);
    // Who does not answer us may answer the others.
    const mute = owners.filter(({ kind, server }) => kind === "silent" && !server?.gone);
    const size = masters.length + owners.length;
    const mayVote = masters.length + mute.length >= Math.floor(size / 2) + 1;
    const forced = owners.flatMap(({ kind, replicas, server, id }): ClusterStep[] => {
        // One that was restarted may have a higher offset, of an early snapshot, and less of the data.
        const withKeys = replicas.filter(({ redis }) => redis.keys > 0);
        const successor = fullest(withKeys.length > 0 ? withKeys : replicas) as Member | undefined;
        // A replica that does not answer may have more of the data.
        if (!successor || awaited(successor, shards)) return [];
        const takeOver = { kind: "takeOver", node: successor.node, from: server?.node ?? id.slice(0, 8) } as const;
        if (kind === "gone") return [{ ...takeOver, mode: mayVote ? "force" : "takeover", why: "which lost its data" }];
        // Redis itself promotes a replica as long as there are masters enough to vote.
        if (kind !== "silent" || !server?.gone || mayVote) return [];
        const why = `${server.gone}, and too few masters are left to vote; what it had not passed on is missing`;
        return [{ ...takeOver, mode: "takeover", why }];
    });
    const graceful = shards
        .filter(({ master }) => !master || !ownsSlots(master))
        .flatMap((shard) => inherit(shard, shards, masters));
    return [...forced, ...graceful];
}

/** Whether a server of a member's shard does not answer and may yet. */
const awaited = (member: Member, shards: Shard[]): boolean =>
    shards.some(({ members, silent }) => members.includes(member) && silent.some(({ gone }) => !gone));

/** A shard without slots whose member replicates a master that is to have none: it takes its place. */
function inherit(shard: Shard, shards: Shard[], masters: Member[]): ClusterStep[] {
    const successors = mostDataFirst(shard.members.filter(({ redis }) => redis.linkUp)).flatMap((successor) => {
        const master = masters.find((candidate) => idOf(candidate) === masterIdOf(successor));
        return master && !shards.some((other) => other.master === master) ? [{ successor, master }] : [];
    });
    // Redis ignores the wish of a replica that its master does not know as one yet.
    const ready = successors.find(({ successor, master }) => knows(master, successor)?.replicaOf === idOf(master));
    if (ready) {
        const { successor, master } = ready;
        const why = master.declared ? "one shard has one master" : "which leaves";
        return [{ kind: "takeOver", node: successor.node, from: master.node, mode: "graceful", why }];
    }
    if (successors.length > 0 || shard.master || shard.silent.length > 0) return [];
    // Everybody replicates another shard's master, which goes on without one of them.
    const free = shard.members.find(({ redis, node }) => redis.linkUp && node === shard.declared);
    const master = free && masters.find((candidate) => idOf(candidate) === masterIdOf(free));
    if (!free || !master) return [];
    return [{ kind: "release", node: free.node, why: `its shard has no master, and it replicates ${master.node}` }];
}

/** Whoever is not its shard's master replicates it; in a new cluster as soon as they have met. */
function replicas(clusterState: ClusterState): ClusterStep[] {
    const { shards, members, unknownNodes, formed } = clusterState;
    const meetNow = !formed && canForm(clusterState);
    return shards.flatMap(({ master, members: inShard }) => {
        if (!master) return [];
        return inShard
            .filter((member) => member !== master && masterIdOf(member) !== idOf(master))
            .filter((member) => !ownsSlots(member) && mayLeave(member, members, unknownNodes))
            .filter((member) => knows(member, master)?.flags.includes("master") ?? meetNow)
            .map(
                (member): ClusterStep => ({
                    kind: "replicate",
                    node: member.node,
                    master: master.node,
                    masterId: idOf(master),
                    was: isMaster(member) ? "it is an empty master" : `it replicates ${masterName(member, members)}`,
                }),
            );
    });
}

const masterName = (member: Member, members: Member[]): string =>
    members.find((candidate) => idOf(candidate) === masterIdOf(member))?.node ?? "a node that is gone";

/** A replica stays with a master that does not answer: it may hold the only copy. */
function mayLeave(member: Member, members: Member[], unknownNodes: UnknownNode[]): boolean {
    const { migrating, importing } = member.redis.cluster;
    if (isMaster(member)) return migrating.length === 0 && importing.length === 0;
    const master = members.find((candidate) => idOf(candidate) === masterIdOf(member));
    return !!master || unknownNodes.some(({ id, slots }) => id === masterIdOf(member) && slots === 0);
}

/** Slots that a killed migration left open: on to the end of their way, or closed where they are. */
function openSlots({ members }: ClusterState): ClusterStep[] {
    const open = members.some(({ redis: { cluster } }) => cluster.migrating.length + cluster.importing.length > 0);
    if (!open) return [];
    const owners = new Map(members.flatMap((member) => ownedSlots(member.redis.cluster).map((slot) => [slot, member])));
    const byId = new Map(members.map((member) => [idOf(member), member]));
    const ways = new Map<string, number[]>();
    const settled = new Map<string, number[]>();
    const add = (map: Map<string, number[]>, key: string, slot: number) => {
        const slots = map.get(key) ?? [];
        if (!slots.includes(slot)) map.set(key, [...slots, slot]);
    };
    for (const member of members) {
        const { migrating, importing } = member.redis.cluster;
        for (const { slot, node } of migrating) {
            const target = byId.get(node);
            if (owners.get(slot) === member && target && isMaster(target))
                add(ways, `${member.node} ${target.node}`, slot);
            else add(settled, member.node, slot);
        }
        for (const { slot } of importing) {
            const owner = owners.get(slot);
            if (owner === member) add(settled, member.node, slot);
            else if (owner) add(ways, `${owner.node} ${member.node}`, slot);
        }
    }
    return [
        ...[...ways].map(([way, slots]): ClusterStep => {
            const [from = "", to = ""] = way.split(" ");
            return { kind: "move", from, to, slots, why: "left open by an interrupted move" };
        }),
        ...[...settled].map(([node, slots]): ClusterStep => ({ kind: "settle", node, slots })),
    ];
}

/**
 * Earlier lives of servers of ours are forgotten once they own nothing that somebody could still take over; so is what
 * everybody has given up at addresses that are none of ours any more.
 */
function forgotten({ members, silent, unread, unknownNodes }: ClusterState): ClusterStep[] {
    return unknownNodes.flatMap(({ id, kind, slots, replicas, server, endpoint, knownBy, givenUp }): ClusterStep[] => {
        const leaves = kind === "silent" && server?.gone && !server.declared && slots === 0;
        // A server of ours that does not answer yet may have had another address.
        const dead = kind === "dead" && givenUp && silent.every(({ gone }) => gone);
        if ((kind !== "gone" && !leaves && !dead) || replicas.length > 0) return [];
        // Whoever does not answer may be its replica.
        if (slots > 0 && unread.length > 0) return [];
        const name = server?.node ?? (at(endpoint) === ":0" ? "a node" : at(endpoint));
        const lost = slots > 0 ? `, whose ${slots} slots had no replica: what they held is lost` : "";
        const what = leaves
            ? `${name}, which leaves`
            : dead
              ? `${name} (${id.slice(0, 8)}), which owns nothing and which everybody has given up`
              : `the earlier ${name} (${id.slice(0, 8)})${lost}`;
        const by = knownBy.filter((member) => members.includes(member)).map(({ node }) => node);
        return [{ kind: "forget", id, what, by }];
    });
}

/** Slots move until each shard has its share and nobody else any. Servers on lost hosts that own none are not waited for. */
function moves(model: Model, { members, shards, silent, unknownNodes }: ClusterState): ClusterStep[] {
    const isLost = (server?: ServerObservation) => !!server?.declared && hostOf(model, server.host).down === true;
    if (!silent.every(isLost) || !unknownNodes.every(({ slots, server }) => slots === 0 && isLost(server))) return [];
    const shardMasters = shards.flatMap(({ master }) => (master ? [master] : []));
    // A master takes keys in only when it serves slots itself.
    if (shardMasters.length < shards.length || shardMasters.some(({ redis }) => !redis.cluster.ok)) return [];
    const share = Math.floor(slotCount / shardMasters.length);
    const equal = members.filter(isMaster).every((member) => {
        const count = ownedCount(member.redis.cluster);
        return shardMasters.includes(member) ? count === share || count === share + 1 : count === 0;
    });
    if (equal) return [];
    const owned = new Map(
        members.filter(isMaster).map((member) => [member.node, ownedSlots(member.redis.cluster)] as const),
    );
    const names = shardMasters.map(({ node }) => node);
    return balance(owned, names).map(({ from, to, slots }) => {
        const why = names.includes(from) ? "an equal share for each shard" : `${from} is to own none`;
        return { kind: "move", from, to, slots, why };
    });
}

/** Servers of ours that are no longer declared leave when they hold nothing any more, replicas before their masters. */
function retirements({ members, shards, silent, unknownNodes }: ClusterState): ClusterStep[] {
    if (shards.some(({ master }) => !master || !ownsSlots(master))) return [];
    // Somebody who does not answer may be the only other copy, or come back and know them still.
    if (silent.some(({ gone }) => !gone)) return [];
    return members
        .filter((member) => !member.declared && takesPart(member) && !ownsSlots(member))
        .filter((member) => mayLeave(member, members, unknownNodes))
        .filter((member) => !members.some((other) => masterIdOf(other) === idOf(member)))
        .map((member) => ({
            kind: "retire",
            node: member.node,
            id: idOf(member),
            by: members.filter((other) => other !== member && takesPart(other)).map(({ node }) => node),
        }));
}

/** What keeps the cluster from being usable although nothing is left to do. */
function unusable({ members, shards, unknownNodes }: ClusterState): string[] {
    const waiting = unknownNodes.flatMap(({ kind, givenUp, endpoint, knownBy, server, slots }) => {
        const by = knownBy.map(({ node }) => node).join(", ");
        if (kind === "gone" && slots > 0)
            return `${server?.node ?? at(endpoint)}: expected its ${slots} slots to get another owner, since it lost its data, seen them with its earlier life`;
        if (kind === "dead" && !givenUp)
            return `${by}: expected to give up ${at(endpoint)}, which is no server of this deployment and does not answer`;
        if (kind === "silent" && server && !server.declared)
            return `${server.node}: expected an answer on ${at(server.reach)} before it leaves, seen ${silence(server)}`;
        return [];
    });
    const declared = members.filter((member) => member.declared);
    for (const member of declared) {
        const { cluster, linkUp } = member.redis;
        if (!cluster.ok) waiting.push(`${member.node}: expected cluster_state:ok, seen cluster_state:fail`);
        if (!isMaster(member) && !linkUp) {
            waiting.push(`${member.node}: expected its link to its master to be up, seen master_link_status:down`);
        }
        const wrong = declared.filter((other) => other !== member && !seesRightly(member, other));
        const [first] = wrong;
        if (!first) continue;
        const rest = wrong.length > 1 ? ` and ${wrong.length - 1} more` : "";
        const bus = `bus port ${first.announce.port + 10_000} of ${first.announce.host}`;
        const seen = knows(member, first)?.flags.join(",") || "none of it";
        waiting.push(`${member.node}: expected to see ${first.node}${rest} as it is, through ${bus}, seen ${seen}`);
    }
    for (const { declared: name, master, members: inShard, silent } of shards) {
        if (!master && silent.every(({ gone }) => gone)) {
            const all = inShard.length === 0 ? ": all of its servers are gone" : "";
            waiting.push(`${name}: expected a master in its shard, seen none${all}`);
        } else if (master && !ownsSlots(master)) waiting.push(`${master.node}: expected slots of its own, seen none`);
    }
    return waiting;
}

/** Whether a member sees another in its role, reachable. */
function seesRightly(member: Member, other: Member): boolean {
    const known = knows(member, other);
    if (!known?.linkUp || known.flags.some((flag) => flag.startsWith("fail") || flag === "noaddr")) return false;
    return known.replicaOf === masterIdOf(other);
}

/** Masters on hosts that drain hand over to a replica of theirs on another one. */
function drained(model: Model, { shards, members }: ClusterState, observation: Observation) {
    const due = shards.flatMap(({ master }) => (master && isDraining(model, master) ? [master] : []));
    const ways = due.map((master) => ({
        master,
        successor: members.find((one) => one === drainSuccessorOf(model, master, observation)),
    }));
    return {
        steps: ways.flatMap(({ master, successor }): ClusterStep[] => {
            if (!successor) return [];
            const why = `${master.host} is draining`;
            return [{ kind: "takeOver", node: successor.node, from: master.node, mode: "graceful", why }];
        }),
        waiting: ways.flatMap(({ master, successor }) => (successor ? [] : [successorExpectation(master)])),
    };
}

/** Declared masters that are replicas now become masters again: all of them, or those whose hosts have drained and are back. */
function restored({ model, returned = [] }: Desired, { shards }: ClusterState): ClusterStep[] {
    return shards.flatMap(({ declared, master, members }): ClusterStep[] => {
        const successor = members.find(({ node }) => node === declared);
        if (!master || !successor || successor === master || masterIdOf(successor) !== idOf(master)) return [];
        if (!stays(model, successor) || !(model.restoreMasters || returned.includes(declared))) return [];
        const why = "it is the declared master";
        return [{ kind: "takeOver", node: successor.node, from: master.node, mode: "graceful", why }];
    });
}
