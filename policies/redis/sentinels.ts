import type { RedisNode, Stack } from "./stack";

/** The Sentinels that watch one master together. */
export interface Watch {
    /** The master's name among Sentinels. */
    readonly name: string;
    readonly sentinels: readonly RedisNode[];
    /** False where others that cannot be seen may watch it too. */
    readonly complete: boolean;
}

/** Sentinels by what they watch: those of one stack that use the same name for the same master. */
export function watchesOf(stack: Stack): Watch[] {
    const { nodes } = stack;
    const watches = new Map<string, { name: string; sentinels: RedisNode[] }>();
    for (const node of nodes) {
        for (const { name } of node.monitors) {
            const key = `${node.group} ${name}`;
            const watch = watches.get(key) ?? { name, sentinels: [] };
            watch.sentinels.push(node);
            watches.set(key, watch);
        }
    }
    // A stack of Sentinels alone may be one of several; a Sentinel that is told elsewhere may watch anything.
    const complete =
        stack.complete &&
        nodes.some(({ kind }) => kind === "server") &&
        nodes.every(({ kind, monitors }) => kind !== "sentinel" || monitors.length > 0);
    return [...watches.values()].map((watch) => ({ ...watch, complete }));
}
