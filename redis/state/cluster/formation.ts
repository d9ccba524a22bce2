import type { ServerObservation } from "../observation";
import { type ClusterState, type Member, ownsSlots } from "./clusterState";
import { hasTemporaryTimeout } from "./temporaryNodeTimeout";

/**
 * Whether a new cluster comes about: nobody holds a key, and whoever owns slots got them while it had the temporary node
 * timeout. Also true after that was interrupted.
 */
export function forms({ members, unknownNodes }: ClusterState): boolean {
    const serves = (member: Member) => member.redis.keys > 0 || (ownsSlots(member) && !hasTemporaryTimeout(member));
    return !members.some(serves) && !unknownNodes.some(({ kind, slots }) => kind !== "silent" && slots > 0);
}

/** Whether a server knows no other one and convergence has not begun with it. */
export const isFresh = (server: ServerObservation): boolean =>
    server.redis?.cluster?.others.length === 0 && !hasTemporaryTimeout(server);

/** A new cluster waits for all of its nodes. */
export const canForm = ({ shards, silent }: ClusterState): boolean =>
    silent.length === 0 && shards.every(({ master }) => master);
