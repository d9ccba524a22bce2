/** A server of a cluster by its place in the declared shape: shard from 0, copy 0 for the declared master. */
export interface Place {
    shard: number;
    copy: number;
}

export interface Shape {
    shards: number;
    replicasPerShard: number;
}

/** Most replicas of a shard, so that ports and addresses of a shape stay within their block. */
export const mostReplicas = 7;
/** Most shards, for the same reason. */
export const mostShards = 500;
/** Ports between the first two copies of the shards and the next two. */
const block = 1_000;

/** Every place of a shape, shard by shard. */
export function placesOf({ shards, replicasPerShard }: Shape): Place[] {
    return Array.from({ length: shards }, (_, shard) =>
        Array.from({ length: replicasPerShard + 1 }, (_, copy) => ({ shard, copy })),
    ).flat();
}

/** The name of a node: `shard1-1` for the declared master of the first shard, `shard1-2` for its first replica. */
export function placeName({ shard, copy }: Place): string {
    return `shard${shard + 1}-${copy + 1}`;
}

/**
 * How far from the first port a node's port is. It depends on nothing but the node's own place, so that no change of the
 * shape ever changes it: two ports a shard in a row, the third and fourth copy 1000 above, and so on.
 */
export function portOffset({ shard, copy }: Place): number {
    return Math.floor(copy / 2) * block + shard * 2 + (copy % 2);
}

/**
 * The host of each place, by name of the node.
 *
 * Masters go round the hosts, so that from two shards and three hosts on no host has a majority of them. The replicas of
 * one host's masters are spread over the other hosts, so that its loss loads them evenly. A place depends on the list of
 * hosts but not on the shape: more or fewer shards or replicas move nobody. What is `pinned` stays where it is, and
 * then the rest fills the gaps: master by master, copy by copy, always the best host for it.
 */
export function place(
    shape: Shape,
    hosts: readonly string[],
    pinned: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
    const places = placesOf(shape);
    const free = places.filter((at) => !pinned.has(placeName(at)));
    const placed = new Map(
        places.flatMap((at) => {
            const host = pinned.get(placeName(at));
            return host === undefined ? [] : [[placeName(at), host] as const];
        }),
    );
    if (placed.size === 0)
        return new Map(places.map((at) => [placeName(at), known(hosts[roundRobin(at, hosts.length)])]));
    for (const at of [...free].sort((a, b) => a.copy - b.copy || a.shard - b.shard)) {
        placed.set(placeName(at), bestHost(at, shape, hosts, placed));
    }
    return placed;
}

function roundRobin({ shard, copy }: Place, hosts: number): number {
    const master = shard % hosts;
    if (copy === 0 || hosts === 1) return master;
    const round = Math.floor(shard / hosts);
    return (master + 1 + ((round + copy - 1) % (hosts - 1))) % hosts;
}

/** Not beside its master, then beside few copies of its shard, then (a master) beside few masters, then little load. */
function bestHost(at: Place, shape: Shape, hosts: readonly string[], placed: ReadonlyMap<string, string>): string {
    const on = (host: string, places: Place[]) =>
        places.filter((other) => placed.get(placeName(other)) === host).length;
    const all = placesOf(shape);
    const cost = (host: string) => [
        at.copy > 0 ? on(host, [{ shard: at.shard, copy: 0 }]) : 0,
        on(
            host,
            all.filter(({ shard }) => shard === at.shard),
        ),
        at.copy === 0
            ? on(
                  host,
                  all.filter(({ copy }) => copy === 0),
              )
            : 0,
        on(host, all),
    ];
    const ranked = hosts.map((host) => ({ host, costs: cost(host) })).sort((a, b) => compare(a.costs, b.costs));
    return known(ranked[0]?.host);
}

function known(host: string | undefined): string {
    if (host === undefined) throw new Error("there is no host to place nodes on");
    return host;
}

function compare(a: number[], b: number[]): number {
    return a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/**
 * What is wrong with where the nodes are to be, in sentences that say what would do. Nothing on one host: there is
 * no choice then.
 */
export function placementProblems(
    shape: Shape,
    hosts: readonly string[],
    placed: ReadonlyMap<string, string>,
): string[] {
    if (hosts.length < 2) return [];
    const problems: string[] = [];
    for (const at of placesOf(shape)) {
        const master = placed.get(placeName({ shard: at.shard, copy: 0 }));
        if (at.copy > 0 && placed.get(placeName(at)) === master) {
            problems.push(`${placeName(at)} would be on ${master}, the host of its master: pin one of them elsewhere`);
        }
    }
    if (hosts.length < 3 || shape.shards < 2) return problems;
    for (const host of hosts) {
        const masters = placesOf(shape).filter((at) => at.copy === 0 && placed.get(placeName(at)) === host).length;
        if (masters * 2 > shape.shards) {
            const of = `${masters} of ${shape.shards} masters`;
            problems.push(`${host} would have ${of}, a majority, and its loss would stop the cluster: pin fewer there`);
        }
    }
    return problems;
}
