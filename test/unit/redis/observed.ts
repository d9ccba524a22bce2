import { sameEndpoint } from "../../../redis/model/endpoint";
import { liveOwnDirectives } from "../../../redis/model/files/ownDirectives";
import { quarantine } from "../../../redis/model/files/replicaOf";
import type { Model, NodeModel } from "../../../redis/model/model";
import { describeStep } from "../../../redis/plan/describe";
import type { Plan } from "../../../redis/plan/step";
import { describeWaiting } from "../../../redis/plan/waiting";
import type { Observation, RedisObservation, ServerObservation } from "../../../redis/state/observation";

/** By which replicas sign in to their masters. */
export const replicationPassword = "replication-password";

/** What is different about a server: fields of what Redis says, or why it says nothing. */
export type Change = Partial<RedisObservation> | Absence;
export type Absence = "silent" | "stopped" | { gone: string };

/** An empty server that waits to be told what to do, as every server without data starts. */
export const quarantined: Partial<RedisObservation> = {
    role: "replica",
    following: quarantine,
    linkUp: false,
    offset: 0,
    history: { id: "own" },
    keys: 0,
};

/**
 * A tree whose servers are as `live` declares them, with the same data, but for `changes`. What the declaration does not
 * name any more is about to leave; what it names as the first is new.
 */
export function observed(live: Model, changes: Record<string, Change> = {}, declared: Model = live): Observation {
    const known = new Set(live.nodes.map(({ name }) => name));
    const servers = [...live.nodes, ...declared.nodes.filter(({ name }) => !known.has(name))].map((node) => {
        const own = { masterauth: replicationPassword, ...liveOwnDirectives(live, node) };
        const asLive = known.has(node.name) ? asDeclared(live, node) : quarantined;
        const isDeclared = declared.nodes.some(({ name }) => name === node.name);
        return server(node, isDeclared, { ...common, settings: own, ...asLive }, changes[node.name]);
    });
    return withReplicas(servers);
}

/** What all of them say but for their roles: nobody is behind. */
const common: RedisObservation = {
    product: { name: "Redis", version: "8.0.2" },
    role: "master",
    linkUp: false,
    syncBytesLeft: 0,
    linkDownSeconds: 0,
    offset: 1000,
    history: { id: "m", backlogFrom: 1 },
    keys: 10,
    memory: 1_000_000,
    replicas: [],
    failover: "no-failover",
    settings: {},
    users: [],
};

function asDeclared(model: Model, { replicaOf }: NodeModel): Partial<RedisObservation> {
    const parent = model.nodes.find(({ name }) => name === replicaOf);
    return parent ? { role: "replica", following: parent.announce, linkUp: true } : { role: "master" };
}

function server(node: NodeModel, declared: boolean, redis: RedisObservation, change: Change = {}): ServerObservation {
    const running = container(node, declared);
    return isAbsence(change) ? absent(running, change) : { ...running, redis: { ...redis, ...change } };
}

/** A server or Sentinel whose container runs. */
export function container(node: NodeModel, declared: boolean): ServerObservation {
    const { name, kind, host, announce, reach, names } = node;
    const running = { id: name, name: names.container, state: "running", status: "Up 2 minutes" };
    return { node: name, ...(kind ? { kind } : {}), host, declared, announce, reach, aliases: [], container: running };
}

export function isAbsence(change: object | string): change is Absence {
    return typeof change === "string" || "gone" in change;
}

export function absent(server: ServerObservation, absence: Absence): ServerObservation {
    if (absence === "silent") return { ...server, problem: "Connection is closed." };
    const [state, status] = absence === "stopped" ? ["exited", "Exited (137)"] : ["restarting", "Restarting (1)"];
    const ended = { id: server.node, name: server.node, state, status };
    return { ...server, container: ended, ...(absence === "stopped" ? {} : absence) };
}

/** Has every server know who follows it. */
function withReplicas(servers: Observation): Observation {
    return servers.map((server) => {
        if (!server.redis || server.redis.replicas.length > 0) return server;
        const followers = servers.filter(
            ({ redis }) => redis?.linkUp && sameEndpoint(redis.following, server.announce),
        );
        const replicas = followers.map(({ announce }) => ({ announce, state: "online", lag: 0 }));
        return { ...server, redis: { ...server.redis, replicas } };
    });
}

/** A plan as it is told: what is done, and what is waited for, in parentheses. */
export function told({ steps, waiting }: Plan): string[] {
    return [...steps.map(describeStep), ...waiting.map((one) => `(${describeWaiting(one)})`)];
}
