import { clients } from "./clients/clients";
import { clusterHints } from "./cluster/connect";
import type { ConnectionHints } from "./connectionHints";
import { type Endpoint, type Model, masterOf, present } from "./model";
import { masterModule } from "./redisPy";
import { sentinelHints } from "./sentinel/connect";

/** Where one server answers. */
export interface NamedEndpoint extends Endpoint {
    /** The node's name. */
    name: string;
}

/** Where each server answers, master first; without those whose hosts are lost. */
export function namedEndpoints(model: Model, master = masterOf(model)): NamedEndpoint[] {
    const rank = (name: string) => (name === master.name ? 0 : 1);
    const nodes = present(model).sort((a, b) => rank(a.name) - rank(b.name));
    return nodes.map(({ name, reach }) => ({ name, ...reach }));
}

/**
 * How the first of the declared users connects: to the master, or to a cluster.
 * @param master of a tree: the server that is the master, unless it is the declared one
 */
export function connectionHints(model: Model, master = masterOf(model)): ConnectionHints {
    if (model.topology === "cluster") return clusterHints(model);
    if (model.topology === "sentinel") return sentinelHints(model);
    const { host, port } = master.reach;
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
