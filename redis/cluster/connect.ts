import { type Endpoint, type Model, present } from "../model";
import { at } from "../servers";

/** Ready-made ways to connect to a cluster, without the password. */
export interface ClusterHints {
    /** A line for a shell that has the password in `REDISCLI_AUTH`. */
    cli: string;
    /** Where a client may begin: every node shows it the way. */
    nodes: Endpoint[];
    /** Arguments for `new Cluster(nodes, options)` of ioredis; the password is to be added to `redisOptions`. */
    ioredis: {
        nodes: Endpoint[];
        options: { redisOptions: { username: string }; natMap?: Record<string, Endpoint> } & Partial<typeof patience>;
    };
}

/**
 * What ioredis needs beside `natMap` while slots move. After a MOVED it looks the new address up untranslated, does not
 * find it, and asks nodes at random until it has read the slot table anew (redis/ioredis issue 1582): its 16 tries in a
 * row can be over before that. These give it more than a second.
 */
const patience = { retryDelayOnMoved: 20, maxRedirections: 64 };

/** How the first of the declared users connects. */
export function clusterHints(model: Model): ClusterHints {
    const username = model.users[0]?.name ?? "default";
    const there = present(model);
    const nodes = there.map(({ reach }) => reach);
    const { host, port } = nodes[0] ?? { host: "", port: 0 };
    // On a bridge nodes name addresses that only the bridge knows.
    const elsewhere = there.filter(({ announce, reach }) => at(announce) !== at(reach));
    const natMap = Object.fromEntries(elsewhere.map(({ announce, reach }) => [at(announce), reach]));
    const translation = elsewhere.length > 0 ? { natMap, ...patience } : {};
    return {
        cli: `redis-cli -c -h ${host} -p ${port} --user ${username}`,
        nodes,
        ioredis: { nodes, options: { redisOptions: { username }, ...translation } },
    };
}
