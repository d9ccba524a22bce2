import type { Endpoint } from "../model";
import type { Observation, RedisObservation, ServerObservation } from "../observation";
import { quarantine } from "../rendering/startScript";
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

export function sameEndpoint(a: Endpoint | undefined, b: Endpoint): boolean {
    return a?.host === b.host && a.port === b.port;
}

/** The server of ours that an endpoint stands for, by its announced name or by an address of its container. */
export function serverAt(observation: Observation, endpoint: Endpoint | undefined): ServerObservation | undefined {
    if (!endpoint) return undefined;
    return observation.find(
        ({ announce, aliases }) =>
            announce.port === endpoint.port && [announce.host, ...aliases].includes(endpoint.host),
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
 * Of several servers, the one whose data to keep: masters before replicas; in one history the furthest; else the one that
 * has its data from nearer the end, then the fullest.
 */
export function fullest(servers: Live[]): Live | undefined {
    const inOrder = [...servers].sort((a, b) => a.node.localeCompare(b.node));
    return inOrder.reduce<Live | undefined>((best, one) => (best && !isFuller(one, best) ? best : one), undefined);
}

function isFuller(one: Live, other: Live): boolean {
    // An offset says something within its history only.
    const related = isRelated(one.redis, other.redis);
    const rank = ({ redis }: Live) => [
        redis.role === "master" ? 1 : 0,
        related ? redis.offset : nearness(redis),
        redis.keys,
        redis.offset,
    ];
    const [left, right] = [rank(one), rank(other)];
    const first = left.findIndex((value, index) => value !== right[index]);
    return first >= 0 && (left[first] ?? 0) > (right[first] ?? 0);
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
