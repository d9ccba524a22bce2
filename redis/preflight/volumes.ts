import type { Problem } from "../declaration/problem";
import type { Model } from "../model/model";
import { labels } from "../model/names";
import type { ContainerListing } from "../state/engineInventory";
import { containerOf, isServer } from "../state/whereabouts";
import { type DeclaredList, isOurs, type OnHost, owner, placedOn } from "./onHost";

/** Volumes that belong to somebody else. Docker itself would adopt them without a word. */
export function volumeProblems(on: OnHost, list: DeclaredList): Problem[] {
    const { model, host, inventory } = on;
    return placedOn(on, list).flatMap(({ node, path }): Problem[] => {
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
                return { path: `${path}.name`, message };
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

/** Nodes whose data lies in a volume of another name than `formerly` says. */
export function formerNameProblems(on: OnHost, list: DeclaredList): Problem[] {
    const { model, inventory } = on;
    return placedOn(on, list).flatMap(({ node, path }): Problem[] => {
        const own = containerOf(model, node, inventory.containers);
        const data = own?.volumes.map((volume) => nodeOfVolume(model, volume)).find((name) => name !== undefined);
        if (!own || !isServer(model, own) || !data || own.volumes.includes(node.names.dataVolume)) return [];
        const remedy =
            data === node.name
                ? "leave formerly out"
                : `say formerly: [${[...(node.formerly ?? []).filter((name) => name !== data), data].join(", ")}], and leave it there`;
        const message = `its data is in the volume of ${data}, and would not be found: ${remedy}`;
        return [{ path: `${path}.formerly`, message }];
    });
}

/** The first name of the node whose data a volume of ours holds. */
function nodeOfVolume({ prefix }: Model, volume: string): string | undefined {
    const data = "-data";
    return volume.startsWith(`${prefix}-`) && volume.endsWith(data)
        ? volume.slice(prefix.length + 1, -data.length)
        : undefined;
}
