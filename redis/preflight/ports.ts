import type { Problem } from "../declaration/problem";
import { allNodes, type Model, type NodeModel } from "../model/model";
import { labels } from "../model/names";
import type { ContainerListing } from "../state/engineInventory";
import { containerOf, isServer } from "../state/whereabouts";
import { type DeclaredList, type OnHost, placedOn } from "./onHost";

/**
 * Ports that are taken.
 * @param listening names of nodes on whose port something accepts connections
 */
export function portProblems(on: OnHost, list: DeclaredList, listening: ReadonlySet<string>): Problem[] {
    const { model, host, inventory } = on;
    return placedOn(on, list).flatMap(({ node, path: place }): Problem[] => {
        const path = `${place}.port`;
        const servers = inventory.containers.filter((container) => isServer(model, container));
        const own = containerOf(model, node, inventory.containers);
        const renamed = servers.find((container) => isRenamed(model, node, container));
        if (renamed && !inventory.containers.some(({ name }) => name === node.names.container)) {
            const message = `${renamed.name} is the container of ${node.name} under another name: run \`docker rename ${renamed.name} ${node.names.container}\` on ${host.name}`;
            return [{ path: `${place}.name`, message }];
        }
        const holder = servers.find((container) => container.labels[labels.port] === String(node.port));
        if (holder && holder !== own) {
            const leaving = holder.labels[labels.node] ?? holder.name;
            const stays = allNodes(model).some(
                (other) => other.host === host.name && containerOf(model, other, inventory.containers) === holder,
            );
            const renamed = own
                ? ""
                : `, or, where ${node.name} is ${leaving} under a new name, add formerly: [${leaving}]`;
            const message = stays
                ? `port ${node.port} is still held by ${leaving}, which changes its port in the same update: change one at a time`
                : `port ${node.port} is still held by ${leaving}, which leaves in the same update: deletes come last, so choose another port or remove ${leaving} first${renamed}`;
            return [{ path, message }];
        }
        if (holder) return [];
        const published = inventory.containers.find((container) => container.ports.includes(node.port));
        if (published) {
            const message = `port ${node.port} is taken on ${host.name} by the container ${published.name}: choose another port, or stop that container`;
            return [{ path, message }];
        }
        if (listening.has(node.name)) {
            const message = `port ${node.port} is taken on ${host.name}, something answers on ${node.reach.host}:${node.port}: choose another port, or stop what listens there`;
            return [{ path, message }];
        }
        return [];
    });
}

/** Whether a container was made for a node of this deployment and renamed since. */
function isRenamed(model: Model, node: NodeModel, { name, labels: of }: ContainerListing): boolean {
    return of[labels.prefix] === model.prefix && of[labels.node] === node.name && name !== node.names.container;
}
