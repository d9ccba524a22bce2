import type { AclUser } from "./acl";
import type { Endpoint } from "./model";

/** What was seen of one server, whether it is declared or about to leave. */
export interface ServerObservation {
    /** The node's name in the stack file. */
    node: string;
    host: string;
    /** False for a server of ours which the stack file no longer names. */
    declared: boolean;
    /** What others know it by; container addresses are other names for the same server. */
    announce: Endpoint;
    reach: Endpoint;
    aliases: string[];
    /** The container; absent when there is none of that name. */
    container?: { id: string; name: string; state: string; status: string };
    /** What Redis answered; absent when it did not. */
    redis?: RedisObservation;
    /** Why Redis did not answer. */
    problem?: string;
}

/** What one Redis says of itself. */
export interface RedisObservation {
    version: string;
    role: "master" | "replica";
    /** The master it is told to follow. */
    following?: Endpoint;
    linkUp: boolean;
    /** Bytes of a running full synchronisation still to come; 0 when none runs. */
    syncBytesLeft: number;
    /** Bytes loaded from disk so far, while it loads. */
    loadedBytes?: number;
    /** Position in the replication stream. */
    offset: number;
    keys: number;
    /** Bytes. */
    memory: number;
    /** Its own replicas as it sees them. */
    replicas: { announce: Endpoint; state: string; lag: number }[];
    failover: "no-failover" | "waiting-for-sync" | "failover-in-progress";
    /** Live values of the declared settings. */
    settings: Record<string, string>;
    users: AclUser[];
}

export type Observation = ServerObservation[];
