import type { Problem } from "../declaration/problem";
import { overlap } from "../model/cluster/addresses";
import { type DeclaredList, isOurs, type OnHost, owner, placedOn } from "./onHost";

/** Names of containers that belong to somebody else. */
export function containerNameProblems(on: OnHost, list: DeclaredList): Problem[] {
    const { model, host, inventory } = on;
    return placedOn(on, list).flatMap(({ node, path }) =>
        [node.names.container, node.names.files].flatMap((name): Problem[] => {
            const taken = inventory.containers.find((container) => container.name === name);
            if (!taken || isOurs(model, taken)) return [];
            const message = `the container name ${name} belongs ${owner(taken)} on ${host.name}: remove that container, or rename the node`;
            return [{ path: `${path}.name`, message }];
        }),
    );
}

/** The network's name or addresses, where they belong to somebody else. */
export function networkNameProblems({ model, host, inventory }: OnHost): Problem[] {
    const found: Problem[] = [];
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
