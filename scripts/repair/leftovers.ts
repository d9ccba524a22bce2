import { labels } from "../../redis/model/names";
import type { Recorded } from "./state";

/** A container or network on a Docker Engine. */
export interface DockerObject {
    id: string;
    name: string;
    labels: Record<string, string>;
}

/**
 * The objects of the stack's own deployments that its state does not know. Nobody else's, whatever its name. A server that
 * was put back after a failed replacement works, and stays until its next turn, unless the whole deployment goes.
 */
export function unrecorded<T extends DockerObject>(
    listing: T[],
    { deployments, ids }: Recorded,
    everythingGoes = false,
): T[] {
    return listing.filter((object) => {
        const owner = object.labels[labels.deployment];
        if (object.labels[labels.putBack] && !everythingGoes) return false;
        return owner !== undefined && deployments.includes(owner) && !ids.has(object.id);
    });
}
