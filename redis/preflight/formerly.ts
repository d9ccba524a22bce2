import type { Problem } from "../declaration/problem";
import type { Model } from "../model/model";
import { labels, nodeNames } from "../model/names";
import type { EngineInventory } from "../state/engineInventory";

/**
 * Former names of which nothing is there, of nodes that are not there either: a new server without data would come, where
 * one with data was meant. A name that stays in the stack file after the rename is fine, and so is one in a copied file.
 */
export function formerlyProblems(model: Model, inventories: EngineInventory[]): Problem[] {
    const { running, isWhole, has } = found(model, inventories);
    // What is not seen may be there.
    if (running.length === 0 || !isWhole) return [];
    return model.nodes.flatMap((node, index): Problem[] => {
        const { formerly: [latest] = [], formerly = [] } = node;
        if (latest === undefined || has(node.name) || formerly.some(has)) return [];
        const others = running.filter((name) => model.nodes.every((declared) => declared.name !== name));
        const there = others.length > 0 ? `; what is there and no longer declared: ${others.join(", ")}` : "";
        const message = `nothing of a node ${latest} is there, so ${node.name} would be new and empty: correct the name, or leave the key out${there}`;
        return [{ path: `nodes[${index}].formerly`, message }];
    });
}

/** What there is of a deployment's nodes: its servers by name, whether every host was seen, and what has a name. */
function found(model: Model, inventories: EngineInventory[]) {
    const ours = inventories.flatMap((inventory) =>
        inventory.reachable
            ? [
                  ...inventory.containers.filter(({ labels: of }) => of[labels.deployment] === model.id),
                  ...inventory.volumes.filter(({ labels: of }) => of[labels.prefix] === model.prefix),
              ]
            : [],
    );
    const names = new Set(ours.map(({ name }) => name));
    const servers = ours.filter(({ labels: of }) => of[labels.role] === "server");
    return {
        running: [...new Set(servers.flatMap(({ labels: of }) => of[labels.node] ?? []))].sort(),
        isWhole: inventories.every(({ reachable }) => reachable),
        has: (node: string) => {
            const { container, dataVolume } = nodeNames(model.prefix, node);
            return names.has(container) || names.has(dataVolume);
        },
    };
}
