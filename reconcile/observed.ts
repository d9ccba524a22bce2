import type { Observation, ServerObservation } from "../redis/state/observation";

/** The observed server of a node. */
export function observedServer({ observation }: { observation: Observation }, node: string): ServerObservation {
    const server = observation.find((candidate) => candidate.node === node);
    if (!server) throw new Error(`${node} was not observed`);
    return server;
}

/** The container of a server that was seen with one. */
export function containerOf({ node, container }: ServerObservation): NonNullable<ServerObservation["container"]> {
    if (!container) throw new Error(`${node} has no container`);
    return container;
}

/** The id of a node of a cluster that answered. */
export function clusterIdOf({ node, redis }: ServerObservation): string {
    if (!redis?.cluster) throw new Error(`${node} was not seen in a cluster`);
    return redis.cluster.id;
}
