import { at } from "../model/endpoint";
import type { KnownNode } from "../state/cluster/view";
import type { Observation, ServerObservation } from "../state/observation";
import { serverAt } from "./replication/live";
import type { Step } from "./step";

/** When nothing has moved for this long, nothing is waited for any more, in milliseconds. */
export const still = 30_000;
/** How many loads or synchronisations of one server count as movement while they go on. */
const mostBeginnings = 5;

/**
 * Tells whether a deployment comes nearer to what is declared. Only what is new counts: a state in which a server has not
 * been seen before, bytes that arrive, a lag that is smaller than it ever was, a step that is done for the first time.
 * What comes round again, such as the states of a server that crashes and restarts, has been seen. So nothing moves for
 * ever.
 */
export class Movement {
    private readonly states = new Set<string>();
    private readonly steps = new Set<string>();
    private readonly amounts = new Map<string, { last: number; beginnings: number }>();
    private readonly lags = new Map<string, number>();

    /** Takes a look at every server. True when something has moved since the look before. */
    seen(observation: Observation): boolean {
        // All of it is taken down, whatever has moved.
        const moved = observation.map((server) => {
            const { node, redis } = server;
            const fresh = statesOf(server).map((state) => add(this.states, `${node}: ${state}`));
            const bytes = [
                this.arrives(`${node} loads`, redis?.loadedBytes),
                this.arrives(`${node} receives`, redis?.syncBytesRead),
                this.arrives(`${node} saves`, isAwaited(server) ? redis?.savedKeys : undefined),
            ];
            return [...fresh, ...bytes, this.catchesUp(server, observation)].some(Boolean);
        });
        return moved.some(Boolean);
    }

    /** Takes a step that was done. True when it is the first of its kind. */
    did(step: Step): boolean {
        return add(this.steps, stepKey(step));
    }

    private arrives(what: string, amount = 0): boolean {
        const { last, beginnings } = this.amounts.get(what) ?? { last: 0, beginnings: 0 };
        const begins = amount > 0 && (last === 0 || amount < last) ? 1 : 0;
        this.amounts.set(what, { last: amount, beginnings: beginnings + begins });
        return amount > 0 && amount !== last && beginnings + begins <= mostBeginnings;
    }

    private catchesUp({ node, redis }: ServerObservation, observation: Observation): boolean {
        if (redis?.role !== "replica") return false;
        const parent = serverAt(observation, redis.following);
        if (!parent?.redis) return false;
        const lag = Math.max(0, parent.redis.offset - redis.offset);
        const least = this.lags.get(node);
        if (least !== undefined && lag >= least) return false;
        this.lags.set(node, lag);
        return true;
    }
}

/** What a step does, without what changes each time that it is planned: figures, states in words, reasons. */
export function stepKey(step: Step): string {
    const { kind, node, from, to, parent, changes } = step as Partial<Record<string, unknown>>;
    const names = Array.isArray(changes) ? changes.map(({ name }: { name: string }) => name) : [];
    return JSON.stringify([kind, node, from, to, parent, ...names]);
}

function add(set: Set<string>, value: string): boolean {
    if (set.has(value)) return false;
    set.add(value);
    return true;
}

/** Whether a replica waits for what a server saves, or the server itself is to become the master once it has. */
function isAwaited({ redis }: ServerObservation): boolean {
    const forReplica = redis?.replicas.some(({ state }) => state !== "online") ?? false;
    return forReplica || (redis?.role === "replica" && redis.logRewrite !== undefined);
}

/** All that a server is, in words. None of them holds a clock, a count or an id that changes by itself. */
function statesOf({ container, gone, redis, sentinel }: ServerObservation): string[] {
    const states = [`container ${container?.id} ${container?.state}`];
    if (gone) states.push("gone");
    if (redis) {
        const { role, following, linkUp, failover, loadedBytes, replicas, cluster } = redis;
        states.push(role, `link ${linkUp}`, `failover ${failover}`, `loads ${loadedBytes !== undefined}`);
        if (following) states.push(`follows ${at(following)}`);
        for (const { announce, state } of replicas) states.push(`replica ${at(announce)} ${state}`);
        if (cluster) {
            states.push(`cluster ok ${cluster.ok}`, known("self", cluster.self));
            for (const other of cluster.others) {
                // Nodes that it is only meeting have names of the moment.
                if (!other.flags.includes("handshake")) states.push(known(at(other.endpoint), other));
            }
        }
    }
    if (sentinel) {
        states.push("answers");
        const { watch } = sentinel;
        if (watch) {
            states.push(`watches ${at(watch.master)} ${watch.flags}`, watch.quorumCheck);
            for (const { endpoint, flags } of [...watch.replicas, ...watch.others]) {
                states.push(`knows ${at(endpoint)} ${flags}`);
            }
        }
    }
    return states;
}

function known(name: string, { flags, replicaOf, linkUp, slots }: KnownNode): string {
    return `${name} ${flags} of ${replicaOf} link ${linkUp} slots ${slots.map(({ from, to }) => `${from}-${to}`)}`;
}
