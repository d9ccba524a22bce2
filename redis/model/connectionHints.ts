import type { Clients } from "./clients/reachable";
import type { ClientTimeouts } from "./clientTimeouts";
import type { Endpoint } from "./model";

/** Ready-made ways to connect, without the passwords. One type for every topology: what a topology has not is absent. */
export interface ConnectionHints extends Clients {
    /**
     * A line for a shell that has the password in `REDISCLI_AUTH`. With Sentinel it asks where the master is, with the
     * password of `discovery`.
     */
    cli: string;
    /** Of one master: its address in the form `redis://USER@HOST:PORT`. */
    url?: string;
    /** Of a cluster: where a client may begin. Every node shows it the way. */
    nodes?: Endpoint[];
    /** What ioredis takes. */
    ioredis: IoredisHints;
    /**
     * Python, package `redis`: the text of a module with one function `connect`, which takes `password`, and with Sentinel
     * also `sentinel_password`.
     */
    redisPy: string;
}

/**
 * What ioredis takes. Of a cluster: the arguments of `new Cluster(nodes, options)`, where `password` is to be added to
 * `redisOptions`. Else: the options of `new Redis(options)`, where `password` is to be added, and with Sentinel also
 * `sentinelPassword`.
 */
export interface IoredisHints extends ClientTimeouts {
    /** Of one master: its host. */
    host?: string;
    /** Of one master: its port. */
    port?: number;
    /** The user. Of a cluster it stands in `options`. */
    username?: string;
    /** Of a cluster: where a client may begin. */
    nodes?: Endpoint[];
    /** Of a cluster: the second argument. */
    options?: ClusterClientOptions;
    /** With Sentinel: where the Sentinels answer. */
    sentinels?: Endpoint[];
    /** With Sentinel: the master's name among Sentinels. */
    name?: string;
    /** With Sentinel: the user that asks Sentinels. */
    sentinelUsername?: string;
    /** With Sentinel: where this machine reaches what servers and Sentinels call themselves. Absent where that is the same. */
    natMap?: Record<string, Endpoint>;
}

/** Options of ioredis for a cluster, times in milliseconds. */
export interface ClusterClientOptions {
    /** Options for each connection. */
    redisOptions: ClusterRedisOptions;
    /** Where this machine reaches what nodes call themselves. Absent where that is the same. */
    natMap?: Record<string, Endpoint>;
    /** How often one command is tried, each time where it has been sent to. */
    maxRedirections: number;
    /** Pause before another try while a master is away, in milliseconds. */
    retryDelayOnFailover: number;
    /** Pause before another try while the cluster is down, in milliseconds. */
    retryDelayOnClusterDown: number;
    /** Pause before another try at another node, in milliseconds. Absent where no address is translated. */
    retryDelayOnMoved?: number;
}

/** Options of ioredis for each connection to a cluster. */
export interface ClusterRedisOptions extends ClientTimeouts {
    /** The user. */
    username: string;
}
