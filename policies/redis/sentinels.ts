import type { RedisNode, Stack } from "./stack";

/** The Sentinels that watch one master together. */
export interface Watch {
    /** The master's name among Sentinels. */
    readonly name: string;
    readonly sentinels: readonly RedisNode[];
    readonly quorums: readonly number[];
}

/** Sentinels by what they watch: those of one stack that use the same name for the same master. */
export function watchesOf(stack: Stack): Watch[] {
    const watches = new Map<string, { name: string; sentinels: RedisNode[]; quorums: number[] }>();
    for (const node of stack.nodes) {
        for (const { name, quorum } of node.monitors) {
            const key = `${node.group} ${name}`;
            const watch = watches.get(key) ?? { name, sentinels: [], quorums: [] };
            watch.sentinels.push(node);
            watch.quorums.push(quorum);
            watches.set(key, watch);
        }
    }
    return [...watches.values()];
}
