import { hostOf, type Model, masterOf, type NodeModel, nodeOf, stays } from "../../model/model";
import type { Observation, ServerObservation } from "../../state/observation";
import { declaredTree, type EffectiveTree, rearranged } from "../effectiveTree";
import { isLive, isQuarantined, serverAt, serverOf } from "../replication/live";
import { drainSuccessorOf } from "./successor";

/**
 * The tree that is to be while hosts drain: no server on them has another one below it, so that none is missed. Where the
 * declared master is on one, a server in sync stands in for it. Without such hosts it is the declared tree. While Sentinels
 * watch, who is the master is theirs to say.
 */
export function treeWhileDraining(model: Model, observation: Observation): EffectiveTree {
    const drains = model.topology === "replication" && model.hosts.some(({ draining }) => draining);
    if (!drains) return declaredTree(model);
    const declared = masterOf(model);
    return treeBelow(model, isDraining(model, declared) ? standIn(model, observation) : declared.name);
}

/** Why a master hands over to the one of a tree. */
export function handoverReason(model: Model, tree: EffectiveTree): string {
    const declared = masterOf(model);
    // Who is the master while Sentinels watch has nothing to do with hosts.
    if (model.topology !== "replication" || masterOf(tree).name === declared.name) return "the declared master";
    return `while ${declared.host}, the host of ${declared.name}, is draining`;
}

export const isDraining = (model: Pick<Model, "hosts">, { host }: Pick<NodeModel, "host">): boolean =>
    !!hostOf(model, host).draining;

/** Who is the master while the declared one's host drains: whoever is, if it stays, else its successor once it has one. */
function standIn(model: Model, observation: Observation): string {
    const declared = masterOf(model).name;
    const current = currentMaster(declared, observation);
    if (!current?.declared) return declared;
    if (stays(model, current)) return current.node;
    return drainSuccessorOf(model, current, observation)?.node ?? current.node;
}

/**
 * The master that the declared one is or follows. While that one does not answer or follows nobody: the only other one, as
 * long as nobody follows the declared one, which may be a master still.
 */
function currentMaster(declared: string, observation: Observation): ServerObservation | undefined {
    const server = serverOf(observation, declared);
    const seen = new Set<ServerObservation>();
    let above = server;
    while (above?.redis?.role === "replica" && !seen.has(above)) {
        seen.add(above);
        above = serverAt(observation, above.redis.following);
    }
    if (above?.redis?.role === "master") return above;
    if (isLive(server) && !isQuarantined(server.redis)) return undefined;
    const masters = observation.filter(({ redis }) => redis?.role === "master");
    const isFollowed = observation.some(({ redis }) => serverAt(observation, redis?.following) === server);
    return masters.length === 1 && !isFollowed ? masters[0] : undefined;
}

/** The tree below a master that stands in. Servers follow the next one above them that is not draining, else the master. */
export function treeBelow(model: Model, master: string): EffectiveTree {
    const above = ({ replicaOf }: NodeModel): string => {
        if (!replicaOf) return master;
        const parent = nodeOf(model, replicaOf);
        return parent.name === master || !isDraining(model, parent) ? parent.name : above(parent);
    };
    return rearranged(model, (node) => (node.name === master ? undefined : above(node)));
}
