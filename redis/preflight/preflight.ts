import type { Problem } from "../declaration/problem";
import { overlap } from "../model/cluster/addresses";
import type { HostModel, Model, NodeModel } from "../model/model";
import { labels } from "../model/names";
import type { ContainerListing, EngineInventory } from "../state/engineInventory";
import { networkProblems } from "../state/network";
import { containerOf, isServer } from "../state/whereabouts";

type Reached = Extract<EngineInventory, { reachable: true }>;

/**
 * What stands in the way on the hosts, found by looking only: an Engine that cannot be reached, names and volumes that
 * belong to somebody else, ports that are taken. Docker itself would adopt a stranger's volume without a word.
 */
export function preflight(model: Model, inventories: EngineInventory[], listening: Set<string>): Problem[] {
    const found = inventories.flatMap((inventory) => {
        const index = model.hosts.findIndex(({ name }) => name === inventory.host);
        const host = model.hosts[index];
        if (!host) return [];
        if (host.down) return [];
        if (!inventory.reachable) {
            const where = host.docker ? ` at ${host.docker}` : "";
            const without = model.hosts.length > 1 ? ", or say `state: down` until it is back" : "";
            const message = `the Docker Engine of ${host.name}${where} does not answer (${inventory.problem}): start it, or correct the endpoint${without}`;
            return [{ path: `hosts[${index}]`, message }];
        }
        return [
            ...hostName(model, index, inventory),
            ...names(model, host, inventory),
            ...volumes(model, host, inventory),
            ...formerNames(model, host, inventory),
            ...ports(model, host, inventory, listening),
        ];
    });
    const sentinels = model.sentinels?.length
        ? preflight({ ...model, nodes: model.sentinels, sentinels: [] }, inventories, listening)
              .filter(({ path }) => path.startsWith("nodes["))
              .map(({ path, message }) => ({ path: path.replace("nodes[", "sentinels["), message }))
        : [];
    return [...found, ...networkProblems(model, inventories), ...sentinels];
}

/** A host under a new name: Pulumi would make everything on it anew, beside what is there. */
function hostName(model: Model, index: number, inventory: Reached): Problem[] {
    const others = inventory.containers.filter(
        (container) =>
            isServer(model, container) && ![undefined, inventory.host].includes(container.labels[labels.host]),
    );
    const [first] = others;
    if (!first) return [];
    const was = first.labels[labels.host];
    const message = `${inventory.host} is the Docker Engine of the host ${was}, with its servers (${others.map(({ labels: of }) => of[labels.node]).join(", ")}): keep the name ${was}, or remove those containers first`;
    return [{ path: `hosts[${index}].name`, message }];
}

function isOurs(model: Model, object: { labels: Record<string, string> }): boolean {
    return object.labels[labels.deployment] === model.id;
}

function owner(object: { labels: Record<string, string> }): string {
    const id = object.labels[labels.deployment];
    return id ? `to another deployment (${id})` : "to something else";
}

function names(model: Model, host: HostModel, inventory: Reached): Problem[] {
    const found: Problem[] = [];
    for (const [index, node] of model.nodes.entries()) {
        if (node.host !== host.name) continue;
        for (const name of [node.names.container, node.names.files]) {
            const taken = inventory.containers.find((container) => container.name === name);
            if (taken && !isOurs(model, taken)) {
                const message = `the container name ${name} belongs ${owner(taken)} on ${host.name}: remove that container, or rename the node`;
                found.push({ path: `nodes[${index}].name`, message });
            }
        }
    }
    const network = inventory.networks.find(({ name }) => name === model.network.name);
    if (model.network.mode === "bridge" && network && !isOurs(model, network)) {
        const message = `the network name ${network.name} belongs ${owner(network)} on ${host.name}: remove that network`;
        found.push({ path: "network", message });
    }
    const { subnet } = model.network;
    const crossed = inventory.networks.find(
        ({ name, subnets }) => subnet && name !== model.network.name && subnets.some((other) => overlap(subnet, other)),
    );
    if (subnet && crossed) {
        const message = `${subnet} crosses the network ${crossed.name} (${crossed.subnets.join(", ")}) on ${host.name}: say another one here, such as 172.30.0.0/20`;
        found.push({ path: "subnet", message });
    }
    return found;
}

/** A node whose data lies in a volume of another name than `formerly` says. */
function formerNames(model: Model, host: HostModel, inventory: Reached): Problem[] {
    return model.nodes.flatMap((node, index): Problem[] => {
        const own = node.host === host.name ? containerOf(model, node, inventory.containers) : undefined;
        const data = own?.volumes.map((volume) => nodeOfVolume(model, volume)).find((name) => name !== undefined);
        if (!own || !isServer(model, own) || !data || own.volumes.includes(node.names.dataVolume)) return [];
        const remedy =
            data === node.name
                ? "leave formerly out"
                : `say formerly: [${[...(node.formerly ?? []).filter((name) => name !== data), data].join(", ")}], and leave it there`;
        const message = `its data is in the volume of ${data}, and would not be found: ${remedy}`;
        return [{ path: `nodes[${index}].formerly`, message }];
    });
}

/** The first name of the node whose data a volume of ours holds. */
function nodeOfVolume({ prefix }: Model, volume: string): string | undefined {
    const data = "-data";
    return volume.startsWith(`${prefix}-`) && volume.endsWith(data)
        ? volume.slice(prefix.length + 1, -data.length)
        : undefined;
}

function volumes(model: Model, host: HostModel, inventory: Reached): Problem[] {
    return model.nodes.flatMap((node, index): Problem[] => {
        if (node.host !== host.name) return [];
        const { dataVolume, configurationVolume } = node.names;
        return inventory.volumes
            .filter(({ name }) => name === dataVolume || name === configurationVolume)
            .filter((volume) => !isOurs(model, volume) && !isKept(model, volume, inventory.containers))
            .map((volume) => {
                const kept = volume.labels[labels.prefix] === model.prefix;
                const remedy = kept
                    ? "remove it, or set data: keep to go on with its data"
                    : "remove it, or rename the node";
                const message = `the volume ${volume.name} belongs ${owner(volume)} on ${host.name}: ${remedy}`;
                return { path: `nodes[${index}].name`, message };
            });
    });
}

/** A volume that `data: keep` left when a stack of this name was destroyed, and that nobody else uses. */
function isKept(
    model: Model,
    volume: { name: string; labels: Record<string, string> },
    containers: ContainerListing[],
): boolean {
    const users = containers.filter((container) => container.volumes.includes(volume.name));
    return (
        model.data === "keep" &&
        volume.labels[labels.prefix] === model.prefix &&
        users.every((container) => isOurs(model, container))
    );
}

/** Whether a container was made for a node of this deployment and renamed since. */
function isRenamed(model: Model, node: NodeModel, { name, labels: of }: ContainerListing): boolean {
    return of[labels.prefix] === model.prefix && of[labels.node] === node.name && name !== node.names.container;
}

function ports(model: Model, host: HostModel, inventory: Reached, listening: Set<string>): Problem[] {
    return model.nodes.flatMap((node, index): Problem[] => {
        if (node.host !== host.name) return [];
        const path = `nodes[${index}].port`;
        const servers = inventory.containers.filter((container) => isServer(model, container));
        const own = containerOf(model, node, inventory.containers);
        const renamed = servers.find((container) => isRenamed(model, node, container));
        if (renamed && !inventory.containers.some(({ name }) => name === node.names.container)) {
            const message = `${renamed.name} is the container of ${node.name} under another name: run \`docker rename ${renamed.name} ${node.names.container}\` on ${host.name}`;
            return [{ path: `nodes[${index}].name`, message }];
        }
        const holder = servers.find((container) => container.labels[labels.port] === String(node.port));
        if (holder && holder !== own) {
            const leaving = holder.labels[labels.node] ?? holder.name;
            const stays = model.nodes.some(
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
