import { type ClusterState, ownsSlots } from "../../state/cluster/clusterState";
import { forms } from "../../state/cluster/formation";
import { hasTemporaryTimeout } from "../../state/cluster/temporaryNodeTimeout";
import type { ServerObservation } from "../../state/observation";

/** By which a newcomer gives its empty data to nobody (model/files/startScript.ts). */
export const guardSettings = ["repl-diskless-sync", "repl-diskless-sync-delay"];

/**
 * Settings that the convergence itself needs otherwise for a while.
 * @param declaredTimeout whether nodes that have the temporary `cluster-node-timeout` get the declared one
 */
export function suspendedSettings(
    server: ServerObservation,
    clusterState: ClusterState,
    declaredTimeout: boolean,
): string[] {
    const { formed, members, unknownNodes, unread } = clusterState;
    const names: string[] = [];
    if (!declaredTimeout && forms(clusterState) && hasTemporaryTimeout(server)) names.push("cluster-node-timeout");
    // A newcomer gives its empty data to nobody as long as somebody may take it for its lost master.
    // One without an address may be that one, too; and whoever does not answer yet may be a replica of it.
    const mayCome = unread.some(({ gone }) => !gone);
    const orphans = unknownNodes.some(
        ({ kind, server, replicas, slots }) =>
            (kind === "gone" || !server) && (replicas.length > 0 || (slots > 0 && mayCome)),
    );
    const member = members.find((candidate) => candidate === server);
    const alone = member?.redis.cluster.others.length === 0 && !ownsSlots(member);
    if (formed && (orphans || alone)) names.push(...guardSettings);
    return names;
}
