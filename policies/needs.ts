/** What a stack has to show for a policy to have anything to say of it. */

import { type Stack, usesHostNetwork } from "./redis/stack";

interface Subject {
    /** What is missing, after "The stack shows no". */
    readonly words: string;
    isIn(stack: Stack): boolean;
}

const subjects = {
    node: { words: "server or Sentinel of Redis or Valkey", isIn: ({ nodes }) => nodes.length > 0 },
    server: {
        words: "server of Redis or Valkey",
        isIn: ({ nodes }) => nodes.some(({ kind }) => kind === "server"),
    },
    sentinel: {
        words: "Sentinel",
        isIn: ({ nodes }) => nodes.some(({ kind, monitors }) => kind === "sentinel" || monitors.length > 0),
    },
    cluster: { words: "node of a cluster", isIn: ({ nodes }) => nodes.some(({ isCluster }) => isCluster) },
    replica: {
        words: "replica",
        // Who is one in a cluster is not always declared.
        isIn: ({ nodes }) => nodes.some(({ role, isCluster }) => role === "replica" || isCluster),
    },
    hostNetwork: {
        words: "server or Sentinel on its host's network",
        isIn: ({ nodes }) => nodes.some(usesHostNetwork),
    },
    secondNode: { words: "second server or Sentinel", isIn: ({ nodes }) => nodes.length > 1 },
    secondHost: { words: "second host", isIn: ({ nodes }) => new Set(nodes.map(({ host }) => host)).size > 1 },
} satisfies Record<string, Subject>;

export type Need = keyof typeof subjects;

/** Why a policy with these needs has nothing to say of a stack, in a sentence; undefined where it has. */
export function unmet(needs: readonly Need[], stack: Stack): string | undefined {
    const missing = needs.find((need) => !subjects[need].isIn(stack));
    return missing && `The stack shows no ${subjects[missing].words}.`;
}
