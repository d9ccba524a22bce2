import type { Endpoint } from "../model";
import type { Observation, RedisObservation, ServerObservation } from "../observation";
import { quarantine } from "../rendering/startScript";

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

/** Of several servers, the one whose data to keep: masters before replicas, then the furthest, then the fullest. */
export function fullest(servers: Live[]): Live | undefined {
    const rank = ({ redis }: Live) => [redis.role === "master" ? 1 : 0, redis.offset, redis.keys];
    return [...servers].sort((a, b) => {
        const [left, right] = [rank(a), rank(b)];
        const first = left.findIndex((value, index) => value !== right[index]);
        return first < 0 ? a.node.localeCompare(b.node) : (right[first] ?? 0) - (left[first] ?? 0);
    })[0];
}

/** Whether a server that does not answer yet, or that loads, may be the one with most of the data. */
export function mayHoldMore(observation: Observation): boolean {
    return observation.some(({ gone, redis }) => !gone && (!redis || isLoading(redis)));
}
