import type { AclUser } from "../acl/rules";
import type { NetworkMode } from "../declaration/arguments";
import type { Product } from "../image/product";
import type { Endpoint } from "../model/model";
import type { ClusterView } from "./cluster/view";
import type { EarlierConnection } from "./earlierConnection";
import type { SentinelObservation } from "./sentinel";

/** What was seen of one server, whether it is declared or about to leave. */
export interface ServerObservation {
    /** The node's name in the stack file; with its host where a node of that name is declared elsewhere, which it leaves for. */
    node: string;
    host: string;
    /** False for a server of ours which the stack file no longer names. */
    declared: boolean;
    /** What others know it by; container addresses are other names for the same server. */
    announce: Endpoint;
    reach: Endpoint;
    aliases: string[];
    /** How its container is attached to the network; absent where that is not seen. */
    network?: Attachment;
    /** The name under which its container was made, where that is another one. */
    formerly?: string;
    /** The container; absent when there is none of that name. */
    container?: {
        id: string;
        name: string;
        state: string;
        status: string;
        imageId?: string;
        specification?: string;
        /** Made again as it was, after what replaced it did not work. */
        putBack?: true;
    };
    /** Absent of servers. */
    kind?: "sentinel";
    /** What Sentinel answered; absent when it did not, and of servers. */
    sentinel?: SentinelObservation;
    /** What Redis answered; absent when it did not. */
    redis?: RedisObservation;
    /** Why Redis did not answer. */
    problem?: string;
    /** Why it is not waited for: its host is declared down, or its container does not stay up. */
    gone?: string;
}

/** What one Redis says of itself. */
export interface RedisObservation {
    /** Absent when it does not say what it is. */
    product?: Product;
    role: "master" | "replica";
    /** The master it is told to follow. */
    following?: Endpoint;
    linkUp: boolean;
    /** Bytes of a running full synchronisation still to come; 0 when none runs. */
    syncBytesLeft: number;
    /** Bytes of a running full synchronisation received so far; absent when none runs. */
    syncBytesRead?: number;
    /** Keys that the running snapshot or rewrite of the log has written so far; absent when none runs. */
    savedKeys?: number;
    /** Bytes loaded from disk so far, while it loads. */
    loadedBytes?: number;
    /** What shows that its append-only log does not hold everything yet; absent when it does, and where there is none. */
    logRewrite?: string;
    /** Seconds for which the link to the master has been down; 0 while it is up, and of masters. */
    linkDownSeconds: number;
    /** Seconds for which nothing has come over the link to the master while it is up; 0 or absent of masters. */
    linkQuietSeconds?: number;
    /** Of a replica: it was neither connected to a master nor one itself since it started, so that it holds what it loaded. */
    fromDisk?: true;
    /** Position in the replication stream. */
    offset: number;
    /** The stream it is part of, and what it needs and keeps to go on in another one. */
    history: History;
    keys: number;
    /** Bytes. */
    memory: number;
    /** Why it refuses writes if it is a master; absent when nothing keeps it from taking them. */
    refuses?: string;
    /** Its own replicas as it sees them. */
    replicas: { announce: Endpoint; state: string; lag: number }[];
    failover: "no-failover" | "waiting-for-sync" | "failover-in-progress";
    /** Live values of the settings, whether they are declared or not. */
    settings: Record<string, string>;
    /** What its image sets when nothing is declared; absent when the image could not be asked. */
    defaults?: Record<string, string>;
    users: AclUser[];
    /** Its clock, in seconds. */
    clock?: number;
    /** Connections that are older than a change of their user's password; absent where no user has more than one. */
    earlier?: EarlierConnection[];
    /** Whether it runs in cluster mode. */
    clusterEnabled?: boolean;
    /** The cluster as it sees it; absent where there is none. */
    cluster?: ClusterView;
}

/** A server's place in replication histories, by which Redis decides between partial and full synchronisation. */
export interface History {
    /** `master_replid`. */
    id: string;
    /** `master_replid2` and `second_repl_offset`: the stream before a promotion, and up to where it is the same. */
    earlier?: { id: string; until: number };
    /** The first offset in the backlog; absent when there is none. */
    backlogFrom?: number;
}

export type Observation = ServerObservation[];

/** How a server's container is attached, and how servers on the other kind of network get there, where they do. */
export interface Attachment {
    mode: NetworkMode;
    /** Names of the networks, on a bridge. */
    networks: string[];
    across?: Endpoint;
}
