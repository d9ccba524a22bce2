import { clients } from "./clients/clients";
import type { Clients } from "./clients/reachable";
import { type ClusterHints, clusterHints } from "./cluster/connect";
import { type Endpoint, type Model, masterOf, present } from "./model";
import { masterModule, type RedisPy } from "./redisPy";
import { type SentinelHints, sentinelHints } from "./sentinel/connect";

/** Where one server answers. */
export interface NamedEndpoint extends Endpoint {
    name: string;
}

/** Ready-made ways to connect to the master, without the password. */
export interface ConnectionHints extends Clients {
    /** A line for a shell that has the password in `REDISCLI_AUTH`. */
    cli: string;
    url: string;
    /** Options for `new Redis(options)` of ioredis; the password is to be added. */
    ioredis: { host: string; port: number; username: string };
    /** Its `connect` takes `password`. */
    redisPy: RedisPy;
}

/** Where each server answers, master first; without those whose hosts are lost. */
export function namedEndpoints(model: Model): NamedEndpoint[] {
    const master = masterOf(model);
    const rank = (name: string) => (name === master.name ? 0 : 1);
    const nodes = present(model).sort((a, b) => rank(a.name) - rank(b.name));
    return nodes.map(({ name, reach }) => ({ name, ...reach }));
}

/** How the first of the declared users connects: to the master, or to a cluster. */
export function connectionHints(model: Model): ConnectionHints | ClusterHints | SentinelHints {
    if (model.topology === "cluster") return clusterHints(model);
    if (model.topology === "sentinel") return sentinelHints(model);
    const { host, port } = masterOf(model).reach;
    const username = model.users[0]?.name ?? "default";
    const inUrl = host.includes(":") ? `[${host}]` : host;
    return {
        cli: `redis-cli -h ${host} -p ${port} --user ${username}`,
        url: `redis://${username}@${inUrl}:${port}`,
        ioredis: { host, port, username },
        redisPy: masterModule({ host, port }, username),
        ...clients((library) => library.toMaster({ master: { host, port }, username })),
    };
}
