import type { Model } from "../model/model";
import { labels } from "../model/names";
import type { EngineInventory } from "../state/engineInventory";
import { isServer } from "../state/whereabouts";

/**
 * What a changed list of hosts moves, in a sentence: a cluster that is declared by its shape is placed anew, which may be more
 * than was meant.
 */
export function moveWarnings(model: Model, inventories: readonly EngineInventory[]): string[] {
    if (model.topology !== "cluster") return [];
    const running = inventories.flatMap((inventory) =>
        inventory.reachable
            ? inventory.containers
                  .filter((container) => isServer(model, container))
                  .map(({ labels: { [labels.node]: node } }) => ({ node, host: inventory.host }))
            : [],
    );
    const moved = model.nodes.filter(({ name, host }) => {
        const hosts = running.filter(({ node }) => node === name).map((found) => found.host);
        return hosts.length > 0 && !hosts.includes(host);
    });
    if (moved.length === 0) return [];
    const kept = model.nodes.flatMap(({ name }) => {
        const found = running.find(({ node }) => node === name);
        return found && model.hosts.some((host) => host.name === found.host) ? [`${name}: ${found.host}`] : [];
    });
    const names = moved.map(({ name, host }) => `${name} to ${host}`).join(", ");
    return [
        `The hosts move servers (${names}): each is made anew there, gets its data, and the old one leaves. To leave them where they are, say placement: { ${kept.join(", ")} }`,
    ];
}
