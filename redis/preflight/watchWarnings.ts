import type { Model } from "../model/model";

/** Sentinels that have nobody to promote: it may be meant, while a replica is to come. */
export function watchWarnings({ topology, nodes: [master, ...replicas] }: Pick<Model, "topology" | "nodes">): string[] {
    if (topology !== "sentinel" || !master || replicas.length > 0) return [];
    return [
        `${master.name}: it has no replica, and its Sentinels nobody to promote: give it one, or say topology: replication`,
    ];
}
