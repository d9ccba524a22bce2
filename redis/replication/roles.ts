import { type Endpoint, type Model, masterOf, type NodeModel, nodeOf } from "../model";
import type { Observation, RedisObservation, ServerObservation } from "../observation";
import type { Plan } from "../plan";
import { quarantine } from "../rendering/startScript";

/** A server that answered. */
type Live = ServerObservation & { redis: RedisObservation };

function sameEndpoint(a: Endpoint | undefined, b: Endpoint): boolean {
    return a?.host === b.host && a.port === b.port;
}

/** The server of ours that an endpoint stands for, by its announced name or by an address of its container. */
function serverAt(observation: Observation, endpoint: Endpoint | undefined): ServerObservation | undefined {
    if (!endpoint) return undefined;
    return observation.find(
        ({ announce, aliases }) =>
            announce.port === endpoint.port && [announce.host, ...aliases].includes(endpoint.host),
    );
}

export function isQuarantined(redis: RedisObservation): boolean {
    return sameEndpoint(redis.following, quarantine);
}

/** Of several servers, the one whose data to keep: masters before replicas, then the furthest, then the fullest. */
export function fullest(servers: Live[]): Live | undefined {
    const rank = ({ redis }: Live) => [redis.role === "master" ? 1 : 0, redis.offset, redis.keys];
    return [...servers].sort((a, b) => {
        const [left, right] = [rank(a), rank(b)];
        const first = left.findIndex((value, index) => value !== right[index]);
        return first < 0 ? a.node.localeCompare(b.node) : (right[first] ?? 0) - (left[first] ?? 0);
    })[0];
}

/**
 * What brings the declared tree about without losing a write: first the declared master gets the data, from whoever
 * has it, and only then the others are attached to it, outwards.
 */
export function planRoles(model: Model, observation: Observation): Plan {
    const declared = masterOf(model);
    const master = observation.find(({ node }) => node === declared.name);
    if (!master?.redis || master.redis.loadedBytes !== undefined) return { steps: [], waiting: [] };
    const live = { ...master, redis: master.redis };
    if (live.redis.role === "master") return attach(model, observation);
    return isQuarantined(live.redis) ? feed(live, observation) : handOver(live, observation);
}

/** The declared master came up empty: it gets the data of whoever has some, or starts afresh when nobody has. */
function feed(master: Live, observation: Observation): Plan {
    // A server that does not answer may be the one with the data.
    const silent = observation.filter((server) => !server.redis || server.redis.loadedBytes !== undefined);
    if (silent.length > 0) return { steps: [], waiting: [] };
    const others = observation.filter((server): server is Live => server !== master && !!server.redis);
    const holder = fullest([...others.filter(({ redis }) => redis.keys > 0), ...(master.redis.keys ? [master] : [])]);
    if (!holder || holder.node === master.node) {
        return {
            steps: [{ kind: "promote", node: master.node, why: holder ? "it holds the data" : "it starts empty" }],
            waiting: [],
        };
    }
    if (holder.redis.role !== "master") {
        return {
            steps: [{ kind: "promote", node: holder.node, why: `it holds the data, ${master.node} came back empty` }],
            waiting: [],
        };
    }
    return follow(master, holder, `to get the data back from it`);
}

/** The declared master follows another server: that one hands over, once the declared master has all it has. */
function handOver(master: Live, observation: Observation): Plan {
    const seen = new Set([master.node]);
    let above = serverAt(observation, master.redis.following);
    while (above?.redis?.role === "replica" && !seen.has(above.node)) {
        seen.add(above.node);
        above = serverAt(observation, above.redis.following);
    }
    if (above?.redis?.role !== "master") {
        if (above && !above.redis) {
            return { steps: [], waiting: [`${master.node}: waits for ${above.node}, its master, to hand over`] };
        }
        return rescue(master, observation);
    }
    const current = above as Live;
    if (!sameEndpoint(master.redis.following, current.announce)) return follow(master, current, "to take over from it");
    if (!master.redis.linkUp) return { steps: [], waiting: [linkExpectation(master, current.node)] };
    const known = current.redis.replicas.find(({ announce }) => sameEndpoint(announce, master.announce));
    if (known?.state !== "online") {
        return {
            steps: [],
            waiting: [`${current.node}: expected ${master.node} as an online replica, seen ${known?.state ?? "none"}`],
        };
    }
    if (current.redis.failover !== "no-failover") {
        return {
            steps: [],
            waiting: [`${current.node}: expected its failover to end, seen ${current.redis.failover}`],
        };
    }
    return { steps: [{ kind: "failover", from: current.node, to: master.node }], waiting: [] };
}

/** No server of ours is master above the declared one: the one with the most data becomes it. */
function rescue(master: Live, observation: Observation): Plan {
    const silent = observation.filter((server) => server.container?.state === "running" && !server.redis);
    if (silent.length > 0) return { steps: [], waiting: [] };
    const lives = observation.filter(
        (server): server is Live => !!server.redis && (!isQuarantined(server.redis) || server.node === master.node),
    );
    const holder = fullest(lives) ?? master;
    if (holder.redis.role === "master") return follow(master, holder, "to take over from it");
    return { steps: [{ kind: "promote", node: holder.node, why: "no other server is its master" }], waiting: [] };
}

/** The declared master has the data: everyone else follows whom the tree says, from the master outwards. */
function attach(model: Model, observation: Observation): Plan {
    const plan: Plan = { steps: [], waiting: [] };
    for (const node of outwards(model)) {
        if (!node.replicaOf) continue;
        const parent = nodeOf(model, node.replicaOf);
        const server = observation.find((candidate) => candidate.node === node.name);
        const above = observation.find((candidate) => candidate.node === parent.name);
        if (!server?.redis || !above?.redis) continue;
        const replica = { ...server, redis: server.redis };
        if (!sameEndpoint(replica.redis.following, parent.announce)) {
            plan.steps.push(...follow(replica, { ...above, redis: above.redis }).steps);
        } else if (!replica.redis.linkUp) {
            plan.waiting.push(linkExpectation(replica, parent.name));
        } else {
            const known = above.redis.replicas.find(({ announce }) => sameEndpoint(announce, node.announce));
            if (known?.state !== "online") {
                plan.waiting.push(
                    `${parent.name}: expected ${node.name} as an online replica, seen ${known?.state ?? "none"}`,
                );
            }
        }
    }
    return plan;
}

function follow(server: Live, parent: Live, why?: string): Plan {
    const { following } = server.redis;
    const was = !following
        ? `it is a master of its own with ${server.redis.keys} keys`
        : isQuarantined(server.redis)
          ? "it came up empty"
          : `it follows ${following.host}:${following.port}`;
    return {
        steps: [{ kind: "follow", node: server.node, parent: parent.node, endpoint: parent.announce, was, why }],
        waiting: [],
    };
}

function linkExpectation(server: Live, parent: string): string {
    const { syncBytesLeft } = server.redis;
    const seen =
        syncBytesLeft > 0 ? `a full synchronisation with ${syncBytesLeft} bytes to come` : "master_link_status:down";
    return `${server.node}: expected its link to ${parent} to be up, seen ${seen}`;
}

/** The declared nodes, every parent before its replicas. */
export function outwards(model: Model): NodeModel[] {
    const ordered = model.nodes.filter(({ replicaOf }) => !replicaOf);
    for (const parent of ordered) ordered.push(...model.nodes.filter(({ replicaOf }) => replicaOf === parent.name));
    return ordered;
}
