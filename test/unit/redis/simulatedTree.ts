import assert from "node:assert/strict";
import { quarantine } from "../../../redis/model/files/replicaOf";
import type { Endpoint } from "../../../redis/model/model";
import { continues } from "../../../redis/plan/replication/resynchronisation";
import type { Step } from "../../../redis/plan/step";
import type { Observation, RedisObservation, ServerObservation } from "../../../redis/state/observation";

/** For how many looks a server that is late stays so. */
const lateness = 3;

/**
 * Servers that do with the steps of a plan what Redis does. Every key is one write, so that whoever is ahead has more of
 * them. An empty server that empties another one, and more full synchronisations at a time than allowed, are failures.
 */
export class SimulatedTree {
    private promotions = 0;
    private begun = 0;
    private readonly late = new Map<ServerObservation, { redis: RedisObservation; looks: number }>();
    /** Those that find a master with data, or come back later: when they synchronise is nobody's decision. */
    private readonly unasked: Set<RedisObservation>;

    /**
     * @param most how many full synchronisations may run at a time
     * @param durations how long they take, in turn
     */
    constructor(
        readonly servers: Observation,
        private readonly most: number,
        private readonly durations: number[],
    ) {
        this.unasked = new Set(this.live().filter((redis) => !redis.linkUp && this.above(redis)?.keys));
    }

    /** Has a server answer later, or load its data until then. */
    delay(node: string, how: "silent" | "loading"): void {
        const server = this.server(node);
        const redis = this.redis(node);
        this.late.set(server, { redis, looks: lateness });
        this.unasked.add(redis);
        server.redis = how === "silent" ? undefined : { ...redis, offset: 0, keys: 1, loadedBytes: 4096 };
    }

    get waiting(): boolean {
        return this.late.size > 0;
    }

    apply(step: Step): void {
        if (step.kind === "promote") this.promote(step.node);
        else if (step.kind === "follow") this.follow(step.node, step.endpoint);
        else if (step.kind === "park") this.follow(step.node, quarantine);
        else if (step.kind === "failover") {
            const [from, to] = [this.redis(step.from), this.redis(step.to)];
            assert.ok(to.linkUp && this.above(to) === from, `${step.to} is no replica in sync of ${step.from}`);
            catchUp(to, from);
            this.promote(step.to);
            this.follow(step.from, this.server(step.to).announce);
        } else assert.fail(`${step.kind} changes no role`);
    }

    /** Some time goes by: synchronisations end, replicas catch up, links come up or break, the late come back. */
    pass(): void {
        const replicas = this.live().filter(({ role }) => role === "replica");
        for (const replica of replicas.filter(({ syncBytesLeft }) => syncBytesLeft > 0)) {
            const above = this.above(replica);
            if (--replica.syncBytesLeft > 0 || !above || !givesData(above)) continue;
            assert.ok(above.keys > 0 || replica.keys === 0, "an empty server emptied another one");
            catchUp(replica, above, above.offset + 1);
            // All of what it has is new: those below it begin anew.
            for (const below of replicas) if (this.above(below) === replica) below.linkUp = false;
        }
        for (const replica of replicas) {
            replica.linkDownSeconds = replica.linkUp ? 0 : replica.linkDownSeconds + 1;
            const above = this.above(replica);
            if (!above || !givesData(above)) replica.linkUp = false;
            else if (replica.linkUp || continues(replica, above)) catchUp(replica, above);
            else if (replica.syncBytesLeft === 0)
                replica.syncBytesLeft = this.durations[this.begun++ % this.durations.length] ?? 1;
        }
        const running = replicas.filter((redis) => redis.syncBytesLeft > 0 && !this.unasked.has(redis)).length;
        assert.ok(running <= this.most, `${running} full synchronisations at a time`);
        for (const redis of this.live()) {
            const online = this.servers.filter((other) => other.redis?.linkUp && this.above(other.redis) === redis);
            redis.replicas = online.map(({ announce }) => ({ announce, state: "online", lag: 0 }));
        }
        for (const [server, one] of this.late) {
            if (--one.looks > 0) continue;
            server.redis = one.redis;
            this.late.delete(server);
        }
    }

    /** What each of some servers is by now. */
    outcome(nodes: string[]): string[] {
        return nodes.map((node) => {
            const { role, linkUp, following, keys } = this.redis(node);
            if (role === "master") return `${node}: master, ${keys} keys`;
            return `${node}: replica of ${linkUp ? following?.host : "nobody"}, ${keys} keys`;
        });
    }

    /** What the servers say that answer and have their data. */
    live(): RedisObservation[] {
        return this.servers.flatMap(({ redis }) => (redis && redis.loadedBytes === undefined ? [redis] : []));
    }

    private promote(node: string): void {
        const redis = this.redis(node);
        const history = {
            id: `promotion ${++this.promotions}`,
            earlier: { id: redis.history.id, until: redis.offset + 1 },
            backlogFrom: redis.history.backlogFrom ?? redis.offset + 1,
        };
        Object.assign(redis, { role: "master", following: undefined, linkUp: false, syncBytesLeft: 0, history });
    }

    private follow(node: string, following: Endpoint): void {
        const redis = this.redis(node);
        Object.assign(redis, { role: "replica", following, linkUp: false, syncBytesLeft: 0 });
        this.unasked.delete(redis);
    }

    private server(node: string): ServerObservation {
        const server = this.servers.find((one) => one.node === node);
        assert.ok(server, `there is no ${node}`);
        return server;
    }

    /** What a server says that takes commands. */
    private redis(node: string): RedisObservation {
        const { redis } = this.server(node);
        assert.ok(redis, `${node} does not answer`);
        assert.equal(redis.loadedBytes, undefined, `${node}: LOADING Redis is loading the dataset in memory`);
        return redis;
    }

    private above({ following }: RedisObservation): RedisObservation | undefined {
        return this.servers.find(({ announce }) => announce.host === following?.host)?.redis;
    }
}

/** Redis gives replicas nothing while it loads, and as long as it has nothing from its own master. */
function givesData({ role, linkUp, loadedBytes }: RedisObservation): boolean {
    return loadedBytes === undefined && (role === "master" || linkUp);
}

/** Has a replica in sync with its master; after a full synchronisation its own backlog begins there. */
function catchUp(replica: RedisObservation, { keys, offset, history }: RedisObservation, from?: number): void {
    const backlogFrom = from ?? replica.history.backlogFrom;
    Object.assign(replica, { keys, offset, history: { ...history, backlogFrom }, linkUp: true });
}
