import { allNodes, hostOf, type Model } from "../model/model";
import { labels } from "../model/names";
import type { ContainerListing, EngineInventory } from "./engineInventory";
import type { Observation, ServerObservation } from "./observation";
import { containerOf, isCurrent, isServer, whereabouts } from "./whereabouts";

/** Where the servers of a deployment are, before they are asked: the declared ones and those of ours that are about to leave. */
export function locate(model: Model, inventories: readonly EngineInventory[]): Observation {
    const unread = new Set(inventories.filter(({ reachable }) => !reachable).map(({ host }) => host));
    const on = (host: string) => {
        const inventory = inventories.find((one) => one.host === host);
        return inventory?.reachable ? inventory : { containers: [], networks: [] };
    };
    const nodes = allNodes(model);
    const theirs = new Map(nodes.map((node) => [node, containerOf(model, node, on(node.host).containers)]));
    const declared = nodes.map((node): ServerObservation => {
        const container = theirs.get(node);
        const known = container?.labels[labels.node];
        const current = container && isCurrent(model, node, seen(container));
        const where = container && whereabouts(model, node.name, container, on(node.host).networks);
        return {
            node: node.name,
            ...(node.kind ? { kind: node.kind } : {}),
            host: node.host,
            declared: true,
            announce: node.announce,
            reach: node.reach,
            ...(hostOf(model, node.host).down ? { gone: `its host ${node.host} is declared down` } : {}),
            ...(unread.has(node.host) ? { problem: `no answer of the Docker Engine of ${node.host}` } : {}),
            ...seen(container),
            ...(current ? { network: where?.network, aliases: where?.aliases ?? [] } : where),
            ...(known && known !== node.name ? { formerly: known } : {}),
        };
    });
    const leaving = inventories.flatMap((inventory): ServerObservation[] => {
        if (!inventory.reachable) return [];
        const { host, networks } = inventory;
        const others = inventory.containers.filter(
            (one) => isServer(model, one) && ![...theirs.values()].includes(one),
        );
        return others.flatMap((container) => {
            const { [labels.node]: name, [labels.role]: role } = container.labels;
            const where = name && whereabouts(model, name, container, networks);
            if (!name || !where) return [];
            const elsewhere = nodes.some((node) => node.name === name && node.host !== host);
            const gone =
                container.state === "running" ? {} : { gone: `its container is not running (${container.status})` };
            const kind = role === "sentinel" ? { kind: "sentinel" as const } : {};
            const node = elsewhere ? `${name}@${host}` : name;
            return [{ node, ...kind, host, declared: false, ...gone, ...seen(container), ...where }];
        });
    });
    return [...declared, ...leaving];
}

function seen(container: ContainerListing | undefined): Pick<ServerObservation, "aliases" | "container"> {
    if (!container) return { aliases: [] };
    const { id, name, state, status, addresses, imageId } = container;
    const specification = container.labels[labels.specification];
    const putBack = container.labels[labels.putBack] ? { putBack: true as const } : {};
    return { aliases: addresses, container: { id, name, state, status, imageId, specification, ...putBack } };
}
