import type { ServerObservation } from "../observation";

/**
 * `cluster-node-timeout` while few, or many, nodes get to know each other, in milliseconds. Nobody declares such numbers:
 * by them an interrupted run is recognized.
 */
const temporaryNodeTimeouts = [501, 1001] as const;

/**
 * Redis waits as long as this before a master serves, 500 ms at least, and gives up links that do not answer within half
 * of it. 60 nodes that meet on two cores take longer to answer: with 500 ms they needed up to 8.7 s, with 1000 ms 2.4 s.
 */
export const temporaryNodeTimeout = (nodes: number): number => temporaryNodeTimeouts[nodes > 30 ? 1 : 0];

/** Whether a server has such a timeout. */
export const hasTemporaryTimeout = ({ redis }: ServerObservation): boolean =>
    temporaryNodeTimeouts.some((timeout) => redis?.settings["cluster-node-timeout"] === String(timeout));
