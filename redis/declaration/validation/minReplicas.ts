import { defaultReplicas } from "../../model/cluster/declaration";
import type { Fields, NodeEntry } from "./fields";
import type { Report } from "./report";

const directive = "min-replicas-to-write";

/**
 * Reports a `min-replicas-to-write` that can never be fulfilled: whoever is the master has fewer replicas of its own
 * even when all of them are there, so that nobody could ever write.
 */
export function checkMinReplicas(args: Fields, nodes: readonly NodeEntry[], report: Report): void {
    const reported = new Set<string>();
    for (const { path, fields, most, who } of possibleMasters(args, nodes)) {
        const { settings: own = {} } = fields;
        const { settings: shared = {} } = args;
        const wanted = Number(own[directive] ?? shared[directive] ?? 0);
        // 0 switches the rule off.
        const lag = Number(own["min-replicas-max-lag"] ?? shared["min-replicas-max-lag"] ?? 10);
        const where = own[directive] === undefined ? "settings" : `${path}.settings`;
        if (lag === 0 || !(wanted > most) || reported.has(where)) continue;
        reported.add(where);
        const has = most === 1 ? "1 replica" : `${most} replicas`;
        const instead = most === 0 ? "leave it out" : `say ${most} at most`;
        report(`${where}.${directive}`, `Nobody could ever write: ${who} has ${has}, not ${wanted}; ${instead}`);
    }
}

interface PossibleMaster extends NodeEntry {
    /** How many replicas it has at most, each attached to itself. */
    most: number;
    /** In words. */
    who: string;
}

/** Every node that may be a master for longer than a change takes. */
function possibleMasters(args: Fields, nodes: readonly NodeEntry[]): PossibleMaster[] {
    const named = ({ fields }: NodeEntry) => String(fields.name);
    const below = (master: string | undefined) => nodes.filter(({ fields }) => fields.replicaOf === master).length;
    switch (args.topology) {
        case "cluster": {
            const { shards, replicasPerShard = defaultReplicas } = args.cluster ?? {};
            if (shards !== undefined) {
                return [{ path: "", fields: {}, most: replicasPerShard, who: "a master of this cluster" }];
            }
            // Roles in a shard belong to Redis: a former master comes back as a replica of the new one.
            return nodes.map((node) => {
                const master = node.fields.replicaOf ?? node.fields.name;
                return { ...node, most: below(master), who: `a master of the shard of ${master}` };
            });
        }
        case "sentinel":
            return nodes.map((node) => ({ ...node, most: nodes.length - 1, who: `${named(node)} as the master` }));
        default:
            return nodes
                .filter(({ fields }) => fields.replicaOf === undefined)
                .map((node) => ({ ...node, most: below(node.fields.name), who: `the master ${named(node)}` }));
    }
}
