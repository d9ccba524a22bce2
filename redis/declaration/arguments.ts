// Generated from schema/schema.ts by `npm run generate`.

/**
 * What a user declares: plain data, as it stands in a stack file below `redis:`, or as the arguments of a `Deployment`.
 * Everything but passwords is plain, so that it can be judged whole before anything is touched.
 */

/** Directives of redis.conf by name: texts, numbers, yes or no, or a list with one line each. */
// biome-ignore lint/suspicious/noExplicitAny: the schema of a package for other languages has no word for several types.
export type Settings = Record<string, any>;

/** The shape of the deployment. */
export const Topology = {
    /** One master with replicas in any tree. */
    Replication: "replication",
    /** One master with replicas that Sentinels watch over. */
    Sentinel: "sentinel",
    /** Shards of one master with its replicas each. */
    Cluster: "cluster",
} as const;
export type Topology = (typeof Topology)[keyof typeof Topology];

/** How the servers reach each other. */
export const NetworkMode = {
    /** A network of the deployment's own, on one host. */
    Bridge: "bridge",
    /** The hosts' own network, across hosts. */
    Host: "host",
} as const;
export type NetworkMode = (typeof NetworkMode)[keyof typeof NetworkMode];

/** What happens to data when a node or the stack goes. */
export const DataPolicy = {
    /** The volumes stay. */
    Keep: "keep",
    /** The volumes are deleted. */
    Delete: "delete",
} as const;
export type DataPolicy = (typeof DataPolicy)[keyof typeof DataPolicy];

/** Whether the host is there to be used. */
export const HostState = {
    /** The host is there to be used. */
    Up: "up",
    /** The host is lost. The deployment does without what runs there. */
    Down: "down",
    /** The host is about to be away for a while. No master stays there, and nothing new is placed there. */
    Draining: "draining",
} as const;
export type HostState = (typeof HostState)[keyof typeof HostState];

/** What the server writes to disk. */
export const Persistence = {
    /** An append-only file. */
    Aof: "aof",
    /** Snapshots. A crash loses what was written after the last one. */
    Rdb: "rdb",
    /** Both. */
    AofRdb: "aof+rdb",
    /** Nothing. A restart loses everything that no other server has. */
    None: "none",
} as const;
export type Persistence = (typeof Persistence)[keyof typeof Persistence];

/** A user of the applications. The deployment has users of its own beside them. */
export interface UserArguments {
    /** The user's name. `default` is the one that needs no name to sign in. */
    name: string;
    /** Patterns of the keys that the user may use. Default: ["*"]. */
    keys?: string[];
    /** Patterns of the channels that the user may use. Default: ["*"]. */
    channels?: string[];
    /**
     * ACL rules of the commands that the user may run. Default: everything but KEYS, FLUSHALL, FLUSHDB, ACL, CONFIG,
     * DEBUG, MODULE, SHUTDOWN, and SCRIPT but for LOAD and EXISTS.
     */
    commands?: string;
}

/** Of the topology cluster only: its shape, unless `nodes` write it out. */
export interface ClusterArguments {
    /**
     * How many masters share the 16384 slots. 3 is the least that survives the loss of a master. Default: the shape
     * that `nodes` write out.
     */
    shards?: number;
    /** How many replicas each master has. Default: 1. */
    replicasPerShard?: number;
    /**
     * The port of the first master. Two ports in a row belong to each shard; its third and fourth copy are 1000 above,
     * and so on. Default: 6371.
     */
    firstPort?: number;
    /** Hosts of single nodes, by node (`shard1-2`). Default: every node is placed freely. */
    placement?: Record<string, string>;
    /** Whether an update hands mastership back to the declared masters after failovers. Default: false. */
    restoreMasters?: boolean;
}

/** Of the topology sentinel only: what Sentinels are told of the master. */
export interface SentinelSettings {
    /** The master's name among Sentinels and their clients. Default: main. */
    name?: string;
    /** How many Sentinels must agree that the master is down. Default: a majority. */
    quorum?: number;
    /** After how much silence a Sentinel takes a server for down, in milliseconds. Default: 5000. */
    downAfterMilliseconds?: number;
    /** How long a failed attempt of a failover keeps the next one waiting, in milliseconds. Default: 60000. */
    failoverTimeout?: number;
    /** How many replicas may synchronise with a new master at the same time. Default: 1. */
    parallelSyncs?: number;
}

/** One Sentinel. */
export interface SentinelArguments {
    /** Letters, digits and hyphens. */
    name: string;
    /** The port, the same inside and outside of the container. Redis's own for Sentinel is 26379. */
    port: number;
    /** The host that it runs on, by name. Default: the only host; with several hosts the key is needed. */
    host?: string;
    /**
     * The names that this Sentinel had before, the latest first. They stay in the stack file after a rename, because
     * the volumes keep the first name. Default: no former name.
     */
    formerly?: string[];
}

/** One Redis server. */
export interface NodeArguments {
    /** Letters, digits and hyphens. It is also the server's name on the bridge network. */
    name: string;
    /** The port, the same inside and outside of the container. Ports on one host differ. */
    port: number;
    /** The host that it runs on, by name. Default: the only host; with several hosts the key is needed. */
    host?: string;
    /**
     * The node that it replicates, by name. The one master has none; in a cluster, the declared master of each shard.
     * Default: it is a master.
     */
    replicaOf?: string;
    /** What the server writes to disk. Default: aof. */
    persistence?: Persistence;
    /**
     * Directives of redis.conf for this node, by name. They go over those of the deployment. Default: none: what is not
     * declared has the server's own default.
     */
    settings?: Settings;
    /**
     * The names that this node had before, the latest first. They stay in the stack file after a rename, because the
     * volumes keep the first name. Default: no former name.
     */
    formerly?: string[];
}

/** A machine with a Docker Engine. */
export interface HostArguments {
    /** Letters, digits and hyphens. It is part of the names of what runs there. */
    name: string;
    /**
     * The endpoint of the Docker Engine: unix://, tcp:// or ssh://. Default: the local Engine, as the Docker CLI finds
     * it.
     */
    docker?: string;
    /**
     * The address at which others reach the host. Clusters need an IP address. Default: 127.0.0.1, which only this
     * machine reaches; with several hosts the key is needed.
     */
    address?: string;
    /** Whether the host is there to be used. Default: up. */
    state?: HostState;
}

/** Everything about a deployment except its passwords. */
export interface DeploymentArguments {
    /** The shape of the deployment. Default: replication. */
    topology?: Topology;
    /** The image that every node runs, pinned by tag or digest. */
    image: string;
    /** The machines that the nodes run on. Default: [{ name: local }]. */
    hosts?: HostArguments[];
    /** How the servers reach each other. Default: bridge on one host, host across hosts. */
    network?: NetworkMode;
    /** Every server, one line each. Default: only a cluster can do without, by its shape in `cluster`. */
    nodes?: NodeArguments[];
    /** Of the topology sentinel only: every Sentinel, one line each. Three are the least. Default: none. */
    sentinels?: SentinelArguments[];
    /** Of the topology sentinel only: what Sentinels are told of the master. Default: each key's own default. */
    sentinel?: SentinelSettings;
    /**
     * Of the topology cluster only: its shape, unless `nodes` write it out. Default: the shape that `nodes` write out.
     */
    cluster?: ClusterArguments;
    /**
     * Of clusters and Sentinels on a bridge only: the network in which each node has a fixed address. Default: a /20 in
     * 10.0.0.0/8 that follows from the deployment's prefix.
     */
    subnet?: string;
    /**
     * How many servers may receive everything from their masters at a time. A full synchronisation is work for the
     * master. Default: 1.
     */
    synchronisations?: number;
    /**
     * Directives of redis.conf for every node, by name. Default: none: what is not declared has the server's own
     * default.
     */
    settings?: Settings;
    /** The applications' users. Default: [{ name: default }]. */
    users?: UserArguments[];
    /** What happens to data when a node or the stack goes. Default: keep. */
    data?: DataPolicy;
    /**
     * Of one change with `data: delete`: the servers that may leave with keys that nobody else has. It allows nothing
     * else, now or later. Default: none.
     */
    deleteData?: string[];
    /** The memory limit of each server's container, as Redis writes sizes. Default: no limit. */
    memory?: string;
    /** The time zone of what servers log. The image must know it. Default: UTC. */
    timezone?: string;
    /**
     * Whether a change may replace a master that no replica can stand in for. Its data is away for some seconds then.
     * Default: true.
     */
    allowOutage?: boolean;
}
