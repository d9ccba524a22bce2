import type { Problem } from "../declaration/problem";
import type { Model } from "../model/model";
import { labels } from "../model/names";
import type { EngineInventory } from "../state/engineInventory";
import { networkProblems } from "../state/network";
import { isServer } from "../state/whereabouts";
import { containerNameProblems, networkNameProblems } from "./names";
import type { DeclaredList, OnHost } from "./onHost";
import { portProblems } from "./ports";
import { formerNameProblems, volumeProblems } from "./volumes";

/**
 * What stands in the way on the hosts, found by looking only: an Engine that cannot be reached, names and volumes that
 * belong to somebody else, ports that are taken.
 *
 * @param listening names of nodes on whose port something accepts connections
 */
export function preflight(model: Model, inventories: EngineInventory[], listening: ReadonlySet<string>): Problem[] {
    const servers: DeclaredList = { path: "nodes", nodes: model.nodes };
    const sentinels: DeclaredList = { path: "sentinels", nodes: model.sentinels ?? [] };
    const reached = inventories.flatMap((inventory) => onHost(model, inventory) ?? []);
    return [
        ...inventories.flatMap((inventory) => {
            const on = onHost(model, inventory);
            if (!on) return unreachable(model, inventory);
            return [
                ...hostNameProblems(on),
                ...containerNameProblems(on, servers),
                ...networkNameProblems(on),
                ...volumeProblems(on, servers),
                ...formerNameProblems(on, servers),
                ...portProblems(on, servers, listening),
            ];
        }),
        ...networkProblems(model, inventories),
        ...reached.flatMap((on) => [
            ...containerNameProblems(on, sentinels),
            ...volumeProblems(on, sentinels),
            ...formerNameProblems(on, sentinels),
            ...portProblems(on, sentinels, listening),
        ]),
    ];
}

/** The declared host of an inventory; undefined where it cannot be reached, or is lost. */
function onHost(model: Model, inventory: EngineInventory): OnHost | undefined {
    const host = model.hosts.find(({ name }) => name === inventory.host);
    return host && !host.down && inventory.reachable ? { model, host, inventory } : undefined;
}

function unreachable(model: Model, inventory: EngineInventory): Problem[] {
    const index = model.hosts.findIndex(({ name }) => name === inventory.host);
    const host = model.hosts[index];
    if (!host || host.down || inventory.reachable) return [];
    const where = host.docker ? ` at ${host.docker}` : "";
    const without = model.hosts.length > 1 ? ", or say `state: down` until it is back" : "";
    const message = `the Docker Engine of ${host.name}${where} does not answer (${inventory.problem}): start it, or correct the endpoint${without}`;
    return [{ path: `hosts[${index}]`, message }];
}

/** A host under a new name: Pulumi would make everything on it anew, beside what is there. */
function hostNameProblems({ model, host, inventory }: OnHost): Problem[] {
    const others = inventory.containers.filter(
        (container) =>
            isServer(model, container) && ![undefined, inventory.host].includes(container.labels[labels.host]),
    );
    const [first] = others;
    if (!first) return [];
    const was = first.labels[labels.host];
    const message = `${inventory.host} is the Docker Engine of the host ${was}, with its servers (${others.map(({ labels: of }) => of[labels.node]).join(", ")}): keep the name ${was}, or remove those containers first`;
    return [{ path: `hosts[${model.hosts.indexOf(host)}].name`, message }];
}
