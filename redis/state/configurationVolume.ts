import type { Model, NodeModel } from "../model/model";
import { labels } from "../model/names";
import type { EngineInventory } from "./engineInventory";
import { containerOf, reachOf } from "./whereabouts";

/**
 * The model with the volumes from which servers read their files. A server that gets another name, port or network reads them
 * from another volume than before: its container may start again before it is replaced, and would be where nobody finds it.
 */
export function withConfigurationVolumes(model: Model, inventories: readonly EngineInventory[]): Model {
    const volumeOf = (node: NodeModel): NodeModel => {
        const inventory = inventories.find(({ host }) => host === node.host);
        const container = inventory?.reachable ? containerOf(model, node, inventory.containers) : undefined;
        const usual = node.names.configurationVolume;
        const mounted = container?.volumes.find((name) => name === usual || name === other(usual));
        if (!container || !mounted) return node;
        const [name, reach] = [container.labels[labels.node], reachOf(container)];
        const stays =
            name === node.name &&
            reach?.host === node.reach.host &&
            reach.port === node.reach.port &&
            container.hostNetwork === (model.network.mode === "host");
        const configurationVolume = stays === (mounted === usual) ? usual : other(usual);
        return { ...node, names: { ...node.names, configurationVolume } };
    };
    const { nodes, sentinels } = model;
    return { ...model, nodes: nodes.map(volumeOf), ...(sentinels ? { sentinels: sentinels.map(volumeOf) } : {}) };
}

/** The second name of a node's configuration volume. */
function other(usual: string): string {
    return `${usual}-2`;
}

/** What a volume's name has behind the usual one. */
export function suffixOf({ configurationVolume }: NodeModel["names"]): string {
    return /-config(-2)?$/.exec(configurationVolume)?.[1] ?? "";
}
