import type { Problem } from "../declaration/problem";
import { contains } from "../model/cluster/addresses";
import { allNodes, type Model } from "../model/model";
import { labels, networkName } from "../model/names";
import type { ContainerListing, EngineInventory } from "./engineInventory";
import type { Observation, ServerObservation } from "./observation";
import { containerOf, isServer } from "./whereabouts";

/**
 * The model with the network that it has on its host: the one of ours that has the declared subnet, or a new one beside those
 * that have another. Where no subnet is declared, any of ours will do: servers know each other by name there.
 */
export function withNetwork(model: Model, inventories: readonly EngineInventory[]): Model {
    const [inventory] = inventories;
    if (model.network.mode !== "bridge" || !inventory?.reachable) return model;
    const { subnet } = model.network;
    const usual = networkName(model.prefix);
    const isOurs = (of: Record<string, string>) => of[labels.deployment] === model.id;
    const ours = inventory.networks.filter((network) => isOurs(network.labels) && network.name.startsWith(usual));
    const first = ours.find(({ name }) => name === usual);
    const fits = subnet ? ours.find(({ subnets }) => subnets.includes(subnet)) : (first ?? ours[0]);
    return { ...model, network: { ...model.network, name: fits?.name ?? (first ? free(inventory, usual) : usual) } };
}

/** A name that no network has. */
function free({ networks }: { networks: { name: string }[] }, usual: string): string {
    for (let number = 2; ; number++) {
        const name = `${usual}-${number}`;
        if (!networks.some((network) => network.name === name)) return name;
    }
}

/** The containers of declared servers, each with its host. */
function running(model: Model, inventories: readonly EngineInventory[]): ContainerListing[] {
    return allNodes(model).flatMap((node) => {
        const inventory = inventories.find(({ host }) => host === node.host);
        const container = inventory?.reachable ? containerOf(model, node, inventory.containers) : undefined;
        return container && isServer(model, container) ? [container] : [];
    });
}

/** Changes of the network in which servers that know each other by address would lose each other. */
export function networkProblems(model: Model, inventories: readonly EngineInventory[]): Problem[] {
    const { topology, network } = model;
    if (topology === "replication") return [];
    const containers = running(model, inventories);
    const other = network.mode === "host" ? "bridge" : "host";
    if (containers.some(({ hostNetwork }) => hostNetwork !== undefined && hostNetwork !== (network.mode === "host"))) {
        const stays = `its servers know each other by addresses of the network ${other}: keep network: ${other}`;
        const remedy =
            topology === "sentinel"
                ? `, or change it in three updates: topology: replication, then network: ${network.mode}, then topology: sentinel again`
                : `, or have data: keep, take the stack down and bring it up with the other one, which goes on with the data`;
        return [{ path: "network", message: stays + remedy }];
    }
    const { subnet } = network;
    const outside = containers.find(
        ({ networks = [] }) =>
            !networks.some(({ name }) => name === network.name) &&
            networks.some(({ fixed }) => fixed && subnet && !contains(subnet, fixed)),
    );
    if (!outside) return [];
    const now = inventories.flatMap((inventory) => (inventory.reachable ? inventory.networks : []));
    const had = now.find(({ name }) => outside.networks?.some((one) => one.name === name))?.subnets[0];
    const remedy =
        topology === "sentinel"
            ? "or change it in two updates: topology: replication without a subnet, then topology: sentinel with the other one"
            : "or have data: keep, take the stack down and bring it up with the other one, which goes on with the data";
    const message = `every server would lose the address by which the others know it: keep subnet: ${had ?? "the one it has"}, ${remedy}`;
    return [{ path: "subnet", message }];
}

/** Whether servers that run are on another network than the declared one, or on one more. */
export function changesNetwork(model: Model, observation: Observation): boolean {
    return (
        model.network.mode === "bridge" &&
        observation.some(
            (server) =>
                server.network &&
                (!isAttached(model, server) || server.network.networks.some((name) => isOtherNetwork(model, name))),
        )
    );
}

/** Whether a network is another one that was made for the deployment. */
export const isOtherNetwork = ({ network, prefix }: Model, name: string): boolean =>
    name !== network.name && name.startsWith(networkName(prefix));

/** Whether a server's container is attached to the declared network. */
export const isAttached = ({ network }: Model, server: ServerObservation): boolean =>
    !!server.network?.networks.includes(network.name);
