/**
 * What a user declares: plain data, as it stands in a stack file below `redis:` (Pulumi.yaml describes each key).
 * Everything but passwords is plain, so that it can be judged whole before anything is touched.
 */

/** The shapes a deployment can have. */
export const topologies = ["replication", "sentinel", "cluster"] as const;
export type Topology = (typeof topologies)[number];

/** What Redis writes to disk: append-only file, snapshots, both or nothing. */
export const persistences = ["aof", "rdb", "aof+rdb", "none"] as const;
export type Persistence = (typeof persistences)[number];

/** `bridge`: a network of the deployment's own on one host. `host`: the hosts' own network, across hosts. */
export const networks = ["bridge", "host"] as const;
export type NetworkMode = (typeof networks)[number];

/** What happens to data when a node or the stack goes. */
export const dataPolicies = ["keep", "delete"] as const;
export type DataPolicy = (typeof dataPolicies)[number];

/** Whether a host is there to be used; one that is draining is about to be away for a while, and nothing depends on it. */
export const hostStates = ["up", "down", "draining"] as const;
export type HostState = (typeof hostStates)[number];

/** Directives of redis.conf by name; a list is one line per element (`client-output-buffer-limit`). */
export type Settings = Record<string, string | number | boolean | string[]>;

/** A machine with a Docker Engine. */
export interface HostArguments {
    /** Letters, digits and hyphens; part of the names of what runs there. */
    name: string;
    /** Docker endpoint: `unix://`, `tcp://` or `ssh://`. Default: the local Engine, as the Docker CLI finds it. */
    docker?: string;
    /** The address at which others reach the host. Default: 127.0.0.1, which only this machine reaches. */
    address?: string;
    /**
     * `down` while the host is lost: the deployment does without what runs there. `draining` before it is rebooted: no
     * master stays there, and nothing new is placed there.
     * @default "up"
     */
    state?: HostState;
}

/** One Redis server. */
export interface NodeArguments {
    /** Letters, digits and hyphens; also the server's name on the bridge network. */
    name: string;
    /** The port, the same inside and outside of the container. */
    port: number;
    /** The host it runs on, by name. Default: the only host. */
    host?: string;
    /** The node it replicates, by name. Absent on the one master; in a cluster, on the declared master of each shard. */
    replicaOf?: string;
    /** @default "aof" */
    persistence?: Persistence;
    /** Directives for this node, over those of the deployment. */
    settings?: Settings;
    /**
     * The names this node had before, the latest first. It stays in the stack file: its volumes keep the first name it had.
     */
    formerly?: string | string[];
}

/** A user of the applications. The deployment's own users (`ownUsers`) are added to these. */
export interface UserArguments {
    name: string;
    /** Key patterns. @default ["*"] */
    keys?: string[];
    /** Channel patterns. @default ["*"] */
    channels?: string[];
    /**
     * ACL command rules.
     * @default everything but KEYS, FLUSHALL, FLUSHDB, ACL, CONFIG, DEBUG, MODULE, SHUTDOWN, and SCRIPT but for LOAD and
     * EXISTS
     */
    commands?: string;
}

/** A cluster: its shape, unless `nodes` write it out. */
export interface ClusterArguments {
    /** Masters that share the 16384 slots: 1 to 500. */
    shards?: number;
    /** 0 to 7. @default 1 */
    replicasPerShard?: number;
    /**
     * Port of the first master. Two ports in a row belong to each shard; its third and fourth copy are 1000 above, and
     * so on. @default 6371
     */
    firstPort?: number;
    /** Hosts of single nodes, by node (`shard1-2`), where they are not to be placed freely. */
    placement?: Record<string, string>;
    /** Whether `up` hands mastership back to the declared masters after failovers. @default false */
    restoreMasters?: boolean;
}

/** One Sentinel. */
export interface SentinelArguments {
    /** Letters, digits and hyphens. */
    name: string;
    /** The port, the same inside and outside of the container. */
    port: number;
    /** The host it runs on, by name. Default: the only host. */
    host?: string;
    /** The names this Sentinel had before, the latest first. It stays in the stack file, as a node's does. */
    formerly?: string | string[];
}

/** What Sentinels are told, in the words of SENTINEL SET; times in milliseconds. */
export interface SentinelSettings {
    /** The master's name among Sentinels and their clients. @default "main" */
    name?: string;
    /** How many Sentinels must agree that the master is down. @default a majority */
    quorum?: number;
    /** @default 5000 */
    "down-after-milliseconds"?: number;
    /** @default 60000 */
    "failover-timeout"?: number;
    /** @default 1 */
    "parallel-syncs"?: number;
}

/** Everything about a deployment except its passwords. */
export interface DeploymentArguments {
    /** @default "replication" */
    topology?: Topology;
    /** The image, pinned by tag or digest. */
    image: string;
    /** @default the local Docker Engine, named `local` */
    hosts?: HostArguments[];
    /** @default "bridge" on one host, "host" across hosts */
    network?: NetworkMode;
    /** Every server, one line each. A cluster may be declared by its shape instead, in `cluster`. */
    nodes?: NodeArguments[];
    /** Of the topology sentinel only: every Sentinel, one line each. */
    sentinels?: SentinelArguments[];
    /** Of the topology sentinel only. */
    sentinel?: SentinelSettings;
    /** Of clusters only. */
    cluster?: ClusterArguments;
    /**
     * Of clusters and Sentinels on a bridge only: the network in which each node has a fixed address. @default a /20 in 10.0.0.0/8 that
     * follows from the deployment's prefix
     */
    subnet?: string;
    /**
     * How many servers may receive everything from their masters at a time: the work of a full synchronisation is the
     * master's. @default 1
     */
    synchronisations?: number;
    /** Directives for every node. */
    settings?: Settings;
    /** @default one user, `default` */
    users?: UserArguments[];
    /** @default "keep" */
    data?: DataPolicy;
    /**
     * Of one change with `data: delete`: the servers that may leave with keys that nobody else has, each as the refusal of
     * that change names it. It allows nothing else, now or later.
     */
    deleteData?: string[];
    /** Memory limit of each container, as Redis writes sizes (`512mb`). @default no limit */
    memory?: string;
    /** Time zone of what servers log (`Asia/Shanghai`); the image must know it. @default UTC */
    timezone?: string;
    /** Whether a master may be replaced that no replica can stand in for: its data is away for some seconds. @default true */
    allowOutage?: boolean;
}

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

/** One thing wrong with what the user declared. */
export interface Problem {
    /** Where: `nodes[1].port`. */
    path: string;
    /** What is wrong and what would do, in one sentence. */
    message: string;
}
