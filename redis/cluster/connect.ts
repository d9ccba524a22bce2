import type { Endpoint, Model } from "../model";
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
        options: { redisOptions: { username: string }; natMap?: Record<string, Endpoint> };
    };
}

/** How the first of the declared users connects. */
export function clusterHints(model: Model): ClusterHints {
    const username = model.users[0]?.name ?? "default";
    const nodes = model.nodes.map(({ reach }) => reach);
    const { host, port } = nodes[0] ?? { host: "", port: 0 };
    // On a bridge nodes name addresses that only the bridge knows.
    const elsewhere = model.nodes.filter(({ announce, reach }) => at(announce) !== at(reach));
    const natMap = Object.fromEntries(elsewhere.map(({ announce, reach }) => [at(announce), reach]));
    return {
        cli: `redis-cli -c -h ${host} -p ${port} --user ${username}`,
        nodes,
        ioredis: { nodes, options: { redisOptions: { username }, ...(elsewhere.length > 0 ? { natMap } : {}) } },
    };
}
