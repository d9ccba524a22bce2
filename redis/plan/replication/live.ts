import { sameEndpoint } from "../../model/endpoint";
import { quarantine } from "../../model/files/startScript";
import type { Endpoint } from "../../model/model";
import type { Observation, RedisObservation, ServerObservation } from "../../state/observation";
import { wentOnFrom } from "./resynchronisation";

/** A server that answered. */
export type Live = ServerObservation & { redis: RedisObservation };

export function isLive(server: ServerObservation | undefined): server is Live {
    return server?.redis !== undefined;
}

/** Whether a server still reads its data from disk. Until then Redis does not let whom it follows be changed. */
export function isLoading({ loadedBytes }: RedisObservation): boolean {
    return loadedBytes !== undefined;
}

/** The server of ours that an endpoint stands for, by its announced name or by an address of its container. */
export function serverAt(observation: Observation, endpoint: Endpoint | undefined): ServerObservation | undefined {
    if (!endpoint) return undefined;
    return observation.find(
        ({ announce, aliases }) =>
            announce.port === endpoint.port && (announce.host === endpoint.host || aliases.includes(endpoint.host)),
    );
}

/** A declared server by its node's name. */
export function serverOf(observation: Observation, node: string): ServerObservation | undefined {
    return observation.find((server) => server.declared && server.node === node);
}

/** Whether a server is a replica of nowhere: empty, or waiting for its turn. */
export function isQuarantined(redis: RedisObservation): boolean {
    return sameEndpoint(redis.following, quarantine);
}

/**
 * Of several servers, the one whose data to keep: masters before replicas, then those of the history that has data from
 * nearest to its end, then the furthest in that, then the fullest.
 */
export function fullest(servers: Live[]): Live | undefined {
    const inOrder = [...servers].sort((a, b) => a.node.localeCompare(b.node));
    const masters = inOrder.filter(({ redis }) => redis.role === "master");
    // An offset says something within its history only.
    const histories = historiesOf(masters.length > 0 ? masters : inOrder).map((history) => ({
        nearness: Math.max(...history.map(({ redis }) => nearness(redis))),
        furthest: most(history, ({ redis }) => [redis.offset, redis.keys]),
    }));
    return most(histories, ({ nearness, furthest }) => {
        return [nearness, furthest?.redis.keys ?? 0, furthest?.redis.offset ?? 0];
    })?.furthest;
}

/** The first one with the highest rank. */
function most<T>(among: T[], rankOf: (one: T) => number[]): T | undefined {
    const isHigher = (left: number[], right: number[]) => {
        const first = left.findIndex((value, index) => value !== right[index]);
        return first >= 0 && (left[first] ?? 0) > (right[first] ?? 0);
    };
    return among.reduce<T | undefined>(
        (best, one) => (best !== undefined && !isHigher(rankOf(one), rankOf(best)) ? best : one),
        undefined,
    );
}

/** The servers by what they have in common: each group is one history, with its branches. */
function historiesOf(servers: Live[]): Live[][] {
    const groups: Live[][] = [];
    for (const server of servers) {
        const known = groups.find((group) => group.some(({ redis }) => isRelated(redis, server.redis)));
        if (known) known.push(server);
        else groups.push([server]);
    }
    return groups;
}

const isRelated = (one: RedisObservation, other: RedisObservation): boolean =>
    one.history.id === other.history.id || wentOnFrom(one, other) || wentOnFrom(other, one);

/**
 * How near the end of its master's stream a replica's data is from: what it received while it ran, what a log kept of that,
 * or a snapshot. One that lies on a server without a log may be left over from an early synchronisation.
 */
function nearness({ fromDisk, settings }: RedisObservation): number {
    if (!fromDisk) return 2;
    return settings.appendonly === "yes" ? 1 : 0;
}

/** Whether a server that does not answer yet, or that loads, may be the one with most of the data. */
export function mayHoldMore(observation: Observation): boolean {
    return observation.some(({ gone, redis }) => !gone && (!redis || isLoading(redis)));
}
