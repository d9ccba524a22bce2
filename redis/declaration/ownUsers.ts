import type { Topology } from "./arguments";

/**
 * Users that the deployment keeps for itself: convergence, replication links, health checks; with Sentinel also
 * Sentinels, and applications that ask them for the master.
 */
export const ownUsers = ["administrator", "replication", "health", "sentinel", "discovery"] as const;
export type OwnUser = (typeof ownUsers)[number];

/** The deployment's own users that a topology has. */
export function ownUsersOf(topology: Topology = "replication"): readonly OwnUser[] {
    return topology === "sentinel" ? ownUsers : ownUsers.slice(0, 3);
}
