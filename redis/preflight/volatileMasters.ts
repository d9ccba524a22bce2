import type { Model } from "../model/model";

/** What each declared master that keeps nothing on disk costs, in a sentence that begins with its name. */
export function volatileMasters(model: Model): string[] {
    return model.nodes.flatMap(({ name, persistence, replicaOf }) => {
        if (persistence !== "none" || replicaOf) return [];
        const replicas = model.nodes.some((node) => node.replicaOf === name);
        return [`${name}: a master that keeps nothing on disk: after each restart ${cost(model, replicas)}`];
    });
}

function cost(model: Model, replicas: boolean): string {
    if (!replicas) return "it is empty, and nobody has its data";
    if (model.topology !== "replication")
        return "it is empty, and is away until one of its replicas has taken its place, by itself or in the next update";
    return "it is empty and takes no writes, until the next update has fed it from a replica or promoted one";
}
