import { type ClusterState, ownsSlots } from "../../state/cluster/clusterState";
import { canForm, forms } from "../../state/cluster/formation";
import { hasTemporaryTimeout, temporaryNodeTimeout } from "../../state/cluster/temporaryNodeTimeout";
import type { Step } from "../step";
import type { ClusterStep } from "./steps";

/**
 * Only where a new cluster comes about. Whoever joins one that serves keeps its declared timeout: it would report masters
 * that stand still for a moment as failed, and reports count even of those that do not vote.
 */
export function temporaryTimeouts(clusterState: ClusterState): ClusterStep[] {
    const { members } = clusterState;
    if (!forms(clusterState) || !canForm(clusterState)) return [];
    return members
        .filter(({ declared, redis }) => declared && redis.cluster.others.length === 0)
        .filter((member) => !ownsSlots(member) && !hasTemporaryTimeout(member))
        .map(({ node }) => ({ kind: "setTemporaryTimeout", node, timeout: temporaryNodeTimeout(members.length) }));
}

/** Whether a step sets the declared timeout. */
export const changesTimeout = (step: Step): boolean =>
    step.kind === "configure" && step.changes.some(({ name }) => name === "cluster-node-timeout");
