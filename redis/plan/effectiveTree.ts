import type { Model, NodeModel } from "../model/model";

/**
 * The tree that is to be at a moment: the declared one, or another one while hosts drain or Sentinels watch. It is no
 * {@link Model}, so that neither is taken for the other: files, settings and containers are always made of what is declared.
 */
export interface EffectiveTree extends Pick<Model, "hosts" | "nodes" | "synchronisations"> {
    readonly effective: true;
}

/** The tree as it is declared. */
export const declaredTree = ({ hosts, nodes, synchronisations }: Model): EffectiveTree => ({
    effective: true,
    hosts,
    nodes,
    synchronisations,
});

/** The same nodes below each other as `parentOf` says; it is undefined of the master. */
export function rearranged(
    { hosts, nodes, synchronisations }: Model | EffectiveTree,
    parentOf: (node: NodeModel) => string | undefined,
): EffectiveTree {
    const moved = nodes.map((node): NodeModel => ({ ...node, replicaOf: parentOf(node) }));
    return { effective: true, hosts, nodes: moved, synchronisations };
}
