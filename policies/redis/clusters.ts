/**
 * What can be said of clusters before they exist. `--cluster create` gives roles as it likes; where the program declares
 * them instead, they are known.
 */

import { groupsOf, type RedisNode, type Stack } from "./stack";

/** The clusters of a stack, each with its nodes. */
export function clustersOf(stack: Stack): RedisNode[][] {
    return groupsOf(stack)
        .map((group) => group.filter(({ isCluster }) => isCluster))
        .filter((group) => group.length > 0);
}

/** The declared masters of a cluster; undefined where not every node has a declared role. */
export function declaredMasters(nodes: readonly RedisNode[]): RedisNode[] | undefined {
    return nodes.every(({ role }) => role !== undefined) ? nodes.filter(({ role }) => role === "master") : undefined;
}

/** Replicas per master, where a command of the stack forms the cluster and says so. */
export function replicasPerMaster(stack: Stack): number | undefined {
    for (const text of stack.shellTexts) {
        if (/--cluster\s+create\b/.test(text)) {
            return Number(/--cluster-replicas\s+(\d+)/.exec(text)?.[1] ?? 0);
        }
    }
    return undefined;
}

/** How many masters a cluster of so many nodes can have at most. */
export function mostMasters(nodes: number, replicas: number | undefined): number {
    return Math.floor(nodes / ((replicas ?? 0) + 1));
}
