import { type Model, masterOf } from "../../model/model";
import type { Observation } from "../../state/observation";
import { declaredTree, type EffectiveTree, rearranged } from "../effectiveTree";
import { serverAt } from "../replication/live";
import { agreedMaster, serversIn } from "./seen";

/**
 * The tree that is to be while Sentinels watch: a star around the master of their last failover. Roles are theirs, so a
 * failover of theirs is no drift. Before they watch it is the declared tree.
 */
export function treeUnderSentinel(model: Model, observation: Observation): EffectiveTree {
    const server = serverAt(serversIn(observation), agreedMaster(observation));
    if (!server?.declared || server.node === masterOf(model).name) return declaredTree(model);
    return rearranged(model, ({ name }) => (name === server.node ? undefined : server.node));
}
