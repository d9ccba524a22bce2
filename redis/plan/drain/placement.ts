import type { DeploymentArguments } from "../../declaration/arguments";
import type { Problem } from "../../declaration/problem";
import { defaultReplicas } from "../../model/cluster/declaration";
import { place } from "../../model/cluster/placement";
import { type Model, type NodeModel, stays } from "../../model/model";
import type { EngineInventory } from "../../state/engineInventory";
import { isDraining } from "./tree";

/** Nodes that are not there yet and would be placed on hosts that drain, as problems that say where they could be. */
export function newOnDraining(args: DeploymentArguments, model: Model, inventories: EngineInventory[]): Problem[] {
    const isNew = (node: NodeModel) => isDraining(model, node) && isMissing(node, inventories);
    const { shards, replicasPerShard = defaultReplicas } = args.cluster ?? {};
    if (shards === undefined) {
        const written = (nodes: NodeModel[], path: string) =>
            nodes.flatMap((node, index) =>
                isNew(node) ? [{ path: `${path}[${index}].host`, message: word(node) }] : [],
            );
        return [...written(model.nodes, "nodes"), ...written(model.sentinels ?? [], "sentinels")];
    }
    const found = model.nodes.filter(isNew);
    if (found.length === 0) return [];
    const pinned = new Map(model.nodes.filter((node) => !isNew(node)).map(({ name, host }) => [name, host]));
    const hosts = model.hosts.filter(({ name }) => stays(model, { host: name })).map(({ name }) => name);
    const placed = [...place({ shards, replicasPerShard }, hosts, pinned)].map(([node, host]) => `${node}: ${host}`);
    const names = found.map(({ name, host }) => `${name} on ${host}`).join(", ");
    const message = `new servers would be placed on hosts that are draining (${names}): say where. Add this: placement: { ${placed.join(", ")} }`;
    return [{ path: "cluster.placement", message }];
}

/** Whether a host has nothing of a node, neither a container nor data; not so where that cannot be seen. */
function isMissing({ host, names }: NodeModel, inventories: EngineInventory[]): boolean {
    const inventory = inventories.find((one) => one.host === host);
    if (!inventory?.reachable) return false;
    const kept = [...inventory.containers, ...inventory.volumes].map(({ name }) => name);
    return !kept.includes(names.container) && !kept.includes(names.dataVolume);
}

const word = ({ name, host }: NodeModel): string =>
    `${name} is new, and ${host} is draining, so that nothing new is placed there: give it another host, or take \`state: draining\` away first`;
