import type { HostModel, Model, NodeModel } from "../model/model";
import { labels } from "../model/names";
import type { EngineInventory } from "../state/engineInventory";

/** What an Engine that can be reached holds. */
export type Reached = Extract<EngineInventory, { reachable: true }>;

/** A host on which something is to be, and what is there. */
export interface OnHost {
    model: Model;
    host: HostModel;
    inventory: Reached;
}

/** Servers or Sentinels: those of a list of the declaration. */
export interface DeclaredList {
    /** What the list is called: `nodes`. */
    path: string;
    nodes: NodeModel[];
}

/** Those of a list that are declared on a host, with their places in the list. */
export const placedOn = ({ host }: OnHost, { path, nodes }: DeclaredList): { node: NodeModel; path: string }[] =>
    nodes.flatMap((node, index) => (node.host === host.name ? [{ node, path: `${path}[${index}]` }] : []));

export function isOurs(model: Model, object: { labels: Record<string, string> }): boolean {
    return object.labels[labels.deployment] === model.id;
}

/** To whom something belongs that is not ours. */
export function owner(object: { labels: Record<string, string> }): string {
    const id = object.labels[labels.deployment];
    return id ? `to another deployment (${id})` : "to something else";
}
