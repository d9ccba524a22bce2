import { clients } from "../clients/clients";
import { clientTimeouts } from "../clientTimeouts";
import type { ClusterClientOptions, ConnectionHints } from "../connectionHints";
import { at } from "../endpoint";
import { type Endpoint, type Model, present } from "../model";
import { clusterModule } from "./redisPy";

/** How to connect to a cluster, without the password. */
export interface ClusterHints extends ConnectionHints {
    nodes: Endpoint[];
    ioredis: { nodes: Endpoint[]; options: ClusterClientOptions };
}

/** How often ioredis tries one command, each time where it has been sent to. */
const maxRedirections = 64;
/**
 * ioredis looks the address in a MOVED up untranslated, does not find it, and asks nodes at random until it has read the
 * slot table anew (redis/ioredis issue 1582): this gives it more than a second for that.
 */
const retryDelayOnMoved = 20;
/** How long replicas take to elect a master once the old one is given up, and some more. */
const election = 2_000;

/** How the first of the declared users connects. */
export function clusterHints(model: Model): ClusterHints {
    const username = model.users[0]?.name ?? "default";
    const there = present(model);
    const nodes = there.map(({ reach }) => reach);
    const { host, port } = nodes[0] ?? { host: "", port: 0 };
    // On a bridge nodes name addresses that only the bridge knows.
    const elsewhere = there.filter(({ announce, reach }) => at(announce) !== at(reach));
    const natMap = Object.fromEntries(elsewhere.map(({ announce, reach }) => [at(announce), reach]));
    const timeout = Math.max(...model.nodes.map(({ settings }) => Number(settings["cluster-node-timeout"])));
    // Long enough for a failover: ioredis gives up after 1.6 seconds by itself.
    const delay = Math.ceil((2 * timeout + election) / maxRedirections);
    const timeouts = clientTimeouts(model, timeout);
    return {
        cli: `redis-cli -c -h ${host} -p ${port} --user ${username}`,
        nodes,
        ioredis: {
            nodes,
            options: {
                redisOptions: { username, ...timeouts },
                ...(elsewhere.length > 0 ? { natMap, retryDelayOnMoved } : {}),
                maxRedirections,
                retryDelayOnFailover: delay,
                retryDelayOnClusterDown: delay,
            },
        },
        ...clients((library) =>
            library.toCluster({
                nodes,
                username,
                translations: elsewhere.map(({ announce, reach }) => ({ announced: announce, reached: reach })),
            }),
        ),
        redisPy: clusterModule({ nodes, elsewhere, username, silence: timeout, timeouts }),
    };
}
