import { Cluster, type Redis } from "ioredis";
import { images } from "../../test/integration/servers";

/** What all of them deploy: the same servers with the same settings. */
export const image = images["8.0"];
export const password = "the-same-for-all-of-them";
export const memory = 256;
/** The setting that is changed, at first and then. */
export const maxmemory = ["128mb", "129mb"] as const;

/** Something that deploys Redis servers on Docker. */
export interface Tool {
    /** Its name on the command line and among the results. */
    name: string;
    /**
     * Declares servers, and starts none: a master with two replicas where there are three, else a cluster in which each
     * master has a replica.
     */
    deploy(nodes: number): Promise<Deployment>;
}

/** Servers that a tool deploys. Each command returns what it printed, and fails when it does not succeed. */
export interface Deployment {
    /** From nothing until every server is usable. */
    create(): Promise<string>;
    /** With nothing to do. */
    apply(): Promise<string>;
    /** With a changed setting, until every server is usable. */
    change(): Promise<string>;
    /** Ends and removes all of them with their data. */
    destroy(): Promise<string>;
    /** Says how the servers are, where the tool can. */
    status?(): Promise<string>;
    /** A client that writes. */
    client(): Cluster | Redis;
    /** Removes whatever is left, in whatever state it is. */
    remove(): Promise<void>;
}

/** A client of a cluster that begins at one of its nodes, and hears at once that the cluster is down. */
export function clusterClient(host: string, port: number): Cluster {
    return new Cluster([{ host, port }], { redisOptions: { password }, retryDelayOnClusterDown: 0 });
}
