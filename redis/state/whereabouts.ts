import { firstAddressOf } from "../model/cluster/addresses";
import { specification } from "../model/containerSpecification";
import { type Endpoint, inNetwork, loopback, type Model, type NodeModel } from "../model/model";
import { labels } from "../model/names";
import type { ContainerListing, NetworkListing } from "./engineInventory";
import type { ServerObservation } from "./observation";

/** Whether a container runs, or ran, a server or Sentinel of a deployment. */
export function isServer({ id }: Pick<Model, "id">, { labels: of }: ContainerListing): boolean {
    return of[labels.deployment] === id && ["server", "sentinel"].includes(of[labels.role] ?? "");
}

/** The container of a node among those on its host: under its name, or under one that it had before. */
export function containerOf(
    model: Model,
    { names, formerly = [] }: NodeModel,
    containers: readonly ContainerListing[],
): ContainerListing | undefined {
    const former = (container: ContainerListing) =>
        isServer(model, container) && formerly.includes(container.labels[labels.node] ?? "");
    return containers.find(({ name }) => name === names.container) ?? containers.find(former);
}

/** Where a container's server answers, as its labels say; undefined where they do not. */
export function reachOf({ labels: of }: ContainerListing): Endpoint | undefined {
    const [host, port] = of[labels.reach]?.split(" ") ?? [];
    return host && port ? { host, port: Number(port) } : undefined;
}

/**
 * Where the server of a container is, which may not be where it is declared to be: it has the name, the port and the network
 * with which the container was made until that is replaced.
 */
export function whereabouts(
    model: Model,
    name: string,
    container: ContainerListing,
    networks: readonly NetworkListing[],
): Pick<ServerObservation, "announce" | "reach" | "aliases" | "network"> | undefined {
    const reach = reachOf(container);
    if (!reach) return undefined;
    const { hostNetwork, addresses, networks: attached = [] } = container;
    const known = container.labels[labels.node] ?? name;
    const mode = hostNetwork ? "host" : "bridge";
    const fixed = attached.flatMap((one) => one.fixed ?? [])[0];
    const announce = hostNetwork
        ? reach
        : fixed
          ? { host: fixed, port: reach.port }
          : inBridge(model, known, reach.port);
    const across = hostNetwork ? fromBridge(model, reach, networks) : reach;
    return {
        announce,
        reach,
        aliases: [...new Set([...addresses, known, ...(fixed ? [fixed] : []), ...(across ? [across.host] : [])])],
        network: { mode, networks: attached.map((one) => one.name), ...(across ? { across } : {}) },
    };
}

function inBridge(model: Model, name: string, port: number): Endpoint {
    return model.network.mode === "bridge" ? inNetwork(model, name, port) : { host: name, port };
}

/** How a server on the host's own network is reached from the deployment's bridge. */
function fromBridge({ network }: Model, reach: Endpoint, networks: readonly NetworkListing[]): Endpoint | undefined {
    if (reach.host !== loopback) return reach;
    const found = networks.find(({ name }) => name === network.name);
    // Where it is not said it is the first address, as Docker chooses it.
    const host = found && (found.gateway ?? firstAddressOf(found.subnets[0] ?? ""));
    return host ? { host, port: reach.port } : undefined;
}

/** Whether a node's container is the one that is declared. */
export function isCurrent(model: Model, node: NodeModel, { container }: Pick<ServerObservation, "container">): boolean {
    return container?.specification === specification(model, node);
}

/** The name by which a server whose container is not what is declared announces itself, of those that are surely its own. */
export function asAnnounced(server: ServerObservation): ServerObservation {
    const host = server.redis?.settings["replica-announce-ip"];
    if (!host || !server.network || ![server.reach.host, ...server.aliases].includes(host)) return server;
    return { ...server, announce: { ...server.announce, host } };
}

/** The endpoint at which a server finds another one. */
export function wayTo(from: ServerObservation, to: ServerObservation): Endpoint {
    return acrossFrom(from, to) ?? to.announce;
}

/** Whether an endpoint of a server leads there for another one: names of a bridge mean nothing beside it. */
export function isWay(from: ServerObservation, to: ServerObservation, endpoint: Endpoint | undefined): boolean {
    const across = acrossFrom(from, to);
    return !across || (endpoint?.host === across.host && endpoint.port === across.port);
}

function acrossFrom(from: ServerObservation, to: ServerObservation): Endpoint | undefined {
    const apart = from.network && to.network && from.network.mode !== to.network.mode;
    return apart ? to.network?.across : undefined;
}
