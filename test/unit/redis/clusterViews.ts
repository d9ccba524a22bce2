import type { Model } from "../../../redis/model/model";
import { type ClusterView, parseView } from "../../../redis/state/cluster/view";
import type { Observation } from "../../../redis/state/observation";
import { type Change, isAbsence, observed } from "./observed";

/** A node as CLUSTER NODES tells of it. */
export interface Told {
    /** Name of its master; absent of masters. */
    of?: string;
    epoch: number;
    slots?: string;
    flags?: string;
}

/** What nodes believe, by name: themselves and others. */
export type Beliefs = Record<string, Told>;

export const idOf = (name: string): string => Buffer.from(name).toString("hex").padEnd(40, "0").slice(0, 40);

/** Every shard led by its declared master, with its share of the slots and an epoch of its own. */
export function asFormed(model: Model, ranges: Record<string, string>): Beliefs {
    return Object.fromEntries(
        model.nodes.map(({ name, replicaOf }, at): [string, Told] => [
            name,
            replicaOf ? { of: replicaOf, epoch: 0 } : { epoch: at + 1, slots: ranges[name] ?? "" },
        ]),
    );
}

/** What a node sees when it believes this of all. */
export function view(model: Model, name: string, beliefs: Beliefs, state = "ok"): ClusterView {
    const lines = Object.entries(beliefs).map(([node, { of, epoch, slots = "", flags }]) => {
        const { host, port } = model.nodes.find((known) => known.name === node)?.announce ?? { host: "", port: 0 };
        const role = [...(node === name ? ["myself"] : []), flags ?? (of ? "slave" : "master")].join(",");
        return `${idOf(node)} ${host}:${port}@${port + 10_000} ${role} ${of ? idOf(of) : "-"} 0 0 ${epoch} connected ${slots}`;
    });
    return parseView(lines.join("\n"), `cluster_state:${state}\r\n`);
}

/**
 * A cluster in which all believe the same but for some. What `declared` does not name is about to leave.
 * @param own beliefs of single nodes, in place of what all believe
 */
export function cluster(
    live: Model,
    all: Beliefs,
    own: Record<string, Beliefs> = {},
    changes: Record<string, Change> = {},
    declared: Model = live,
): Observation {
    const views = Object.fromEntries(
        live.nodes.map(({ name }): [string, Change] => {
            const change = changes[name] ?? {};
            if (isAbsence(change)) return [name, change];
            const beliefs = { ...all, ...own[name] };
            const replica = beliefs[name]?.of;
            const role = replica ? ({ role: "replica", linkUp: true } as const) : ({ role: "master" } as const);
            return [name, { ...role, cluster: view(live, name, beliefs), ...change }];
        }),
    );
    return observed(live, views, declared);
}
