import { sameEndpoint } from "../../model/endpoint";
import { masterOf } from "../../model/model";
import type { Observation } from "../../state/observation";
import { wayTo } from "../../state/whereabouts";
import type { EffectiveTree } from "../effectiveTree";
import type { Plan } from "../step";
import type { Waiting } from "../waiting";
import { attach } from "./attach";
import { follow, linkExpectation, onlineExpectation, turnTo } from "./follow";
import { fullest, isLive, isLoading, isQuarantined, type Live, mayHoldMore, serverAt, serverOf } from "./live";
import { wentOnFrom } from "./resynchronisation";

const nothing: Plan = { steps: [], waiting: [] };

/**
 * What brings a tree about without losing a write: first its master gets the data, from whoever
 * has it, and only then the others are attached to it, outwards.
 *
 * @param reason why another master hands over to that of the tree
 */
export function planRoles(tree: EffectiveTree, observation: Observation, reason = "the declared master"): Plan {
    const master = serverOf(observation, masterOf(tree).name);
    if (!isLive(master) || isLoading(master.redis)) return nothing;
    if (master.redis.role === "master") {
        const ahead = successor(master, observation);
        return ahead ? step(follow(master, ahead, "to get what was written there since")) : attach(tree, observation);
    }
    return isQuarantined(master.redis) ? feed(master, observation) : handOver(master, observation, reason);
}

function step(...steps: Plan["steps"]): Plan {
    return { steps, waiting: [] };
}

/**
 * A server that took the declared master's place while that was away, by hand or in an update that was killed: it went
 * on from where the declared master is. A master that was restarted with an append-only file alone no longer knows
 * where it was: then it is the server that was promoted, unlike the declared master, and has the replicas.
 */
function successor(master: Live, observation: Observation): Live | undefined {
    const others = observation.filter(
        (server): server is Live => server !== master && isLive(server) && server.redis.role === "master",
    );
    const { id, earlier } = master.redis.history;
    const alone = !earlier && master.redis.replicas.length === 0;
    const leads = ({ redis: { history, keys, replicas } }: Live) =>
        history.earlier && history.earlier.id !== id && keys > 0 && replicas.length > 0;
    return fullest(others.filter((other) => wentOnFrom(other.redis, master.redis) || (alone && leads(other))));
}

/** The declared master came up empty: it gets the data of whoever has some, or starts afresh when nobody has. */
function feed(master: Live, observation: Observation): Plan {
    if (mayHoldMore(observation)) return { steps: [], waiting: leavingHolders(observation) };
    const handover = handoverUnderWay(observation);
    if (handover) return { steps: [], waiting: [handover] };
    const others = observation.filter((server): server is Live => server !== master && isLive(server));
    const withKeys = [...others, master].filter(({ redis }) => redis.keys > 0);
    // Without a key anywhere it is the master that may be written to at any moment.
    const holder = fullest(withKeys) ?? fullest(others.filter(({ redis }) => redis.role === "master"));
    if (!holder || holder.node === master.node) {
        const why = holder ? "it holds the data" : "it starts empty";
        return step({ kind: "promote", node: master.node, why: why + missing(master, observation) });
    }
    if (holder.redis.role !== "master") {
        const has = master.redis.keys > 0 ? "has less of it" : "came up empty";
        const why = `it holds the data, ${master.node} ${has}${missing(holder, observation)}`;
        return step(...alone(holder, others), { kind: "promote", node: holder.node, why });
    }
    return step(...turnTo(observation, master, holder, "to get the data from it"));
}

/** The declared master follows another server: that one hands over, once the declared master has all it has. */
function handOver(master: Live, observation: Observation, why: string): Plan {
    const seen = new Set([master.node]);
    let above = serverAt(observation, master.redis.following);
    while (above?.redis?.role === "replica" && !seen.has(above.node)) {
        seen.add(above.node);
        above = serverAt(observation, above.redis.following);
    }
    if (!isLive(above) || above.redis.role !== "master") {
        if (!above || above.gone || above.redis) return rescue(master, observation);
        return {
            steps: [],
            waiting: [{ node: master.node, state: `waits for ${above.node}, its master, to hand over` }],
        };
    }
    const current = above;
    if (!sameEndpoint(master.redis.following, wayTo(master, current)))
        return step(follow(master, current, "to take over from it"));
    const expectation = master.redis.linkUp
        ? onlineExpectation(master, current)
        : linkExpectation(master, current.node);
    if (expectation) return { steps: [], waiting: [expectation] };
    if (current.redis.failover !== "no-failover") {
        const expectation = { node: current.node, expected: "its failover to end", seen: current.redis.failover };
        return { steps: [], waiting: [expectation] };
    }
    return step({ kind: "failover", from: current.node, to: master.node, why });
}

/** Servers that leave and may be the ones with the data. Of declared ones it is said that they do not answer. */
function leavingHolders(observation: Observation): Waiting[] {
    return observation
        .filter((server) => !server.declared && mayHoldMore([server]))
        .map(({ node, redis }) => {
            const seen = redis ? `${redis.loadedBytes} bytes` : "no answer";
            return { node, expected: "it to have loaded its data, which may be the only copy, before it leaves", seen };
        });
}

/** No server of ours is master above the declared one: the one with the most data becomes it. */
function rescue(master: Live, observation: Observation): Plan {
    if (mayHoldMore(observation)) return { steps: [], waiting: leavingHolders(observation) };
    const handover = handoverUnderWay(observation);
    if (handover) return { steps: [], waiting: [handover] };
    const lives = observation.filter(
        (server): server is Live =>
            isLive(server) && (!isQuarantined(server.redis) || server.redis.keys > 0 || server.node === master.node),
    );
    const holder = fullest(lives) ?? master;
    if (holder.redis.role === "master") return step(follow(master, holder, "to take over from it"));
    const why = `it has the most data, and no server is its master${missing(holder, observation)}`;
    return step({ kind: "promote", node: holder.node, why });
}

/**
 * What has other masters refuse writes before a server is promoted. One may have come back with less than it had, by its
 * snapshot; what it took meanwhile would be lost once it follows.
 */
function alone(holder: Live, others: Live[]): Plan["steps"] {
    const masters = others.filter(({ redis }) => redis.role === "master");
    return masters.map((other) => follow(other, holder, "which becomes the master"));
}

/** For how long a handover may leave nobody the master, in seconds. */
const handoverSeconds = 5;
/**
 * The same where the link of a replica to the master that was set aside is up: Redis leaves it so, and nothing comes over it any
 * more. Before that a master may have said nothing for ten seconds (`repl-ping-replica-period`).
 */
const quietSeconds = handoverSeconds + 10;

/**
 * A master that was set aside a moment ago: another update may be about to promote its successor, and a second
 * one would be one too many. One that was killed there is gone on with when that time is over.
 */
function handoverUnderWay(observation: Observation): Waiting | undefined {
    const aside = observation.filter(
        (server): server is Live => isLive(server) && isQuarantined(server.redis) && server.redis.keys > 0,
    );
    const just = aside.find((server) =>
        observation.some(
            ({ redis }) =>
                redis?.role === "replica" &&
                !redis.fromDisk &&
                redis.linkDownSeconds < handoverSeconds &&
                (redis.linkQuietSeconds ?? 0) < quietSeconds &&
                redis.history.id === server.redis.history.id &&
                serverAt(observation, redis.following) === server,
        ),
    );
    return just && { node: just.node, state: "was set aside a moment ago, and may just be handing over" };
}

/** What a promotion without the old master's consent may have lost: nobody can ask those that are gone. */
function missing(holder: Live, observation: Observation): string {
    const gone = observation.filter((server) => server.gone);
    if (gone.length === 0) return "";
    const names = gone.map(({ node, gone: why }) => `${node} is gone: ${why}`).join("; ");
    const { linkDownSeconds, role } = holder.redis;
    const since = role === "replica" && linkDownSeconds > 0 ? `, ${linkDownSeconds} s ago,` : "";
    return `; ${names}; what was acknowledged there after the last that ${holder.node} received${since} is missing`;
}
