import type { Observation, ServerObservation } from "../redis/state/observation";

/** The observed server of a node. */
export function serverOf({ observation }: { observation: Observation }, node: string): ServerObservation {
    const server = observation.find((candidate) => candidate.node === node);
    if (!server) throw new Error(`${node} was not observed`);
    return server;
}
