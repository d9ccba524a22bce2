import type { Model } from "../model/model";
import type { Observation } from "../state/observation";
import { treeWhileDraining } from "./drain/tree";
import type { EffectiveTree } from "./effectiveTree";
import { treeUnderSentinel } from "./sentinel/tree";

/** The tree that is to be now: below the master that Sentinels agree on, or that stands in for one on a host that drains. */
export const treeNow = (model: Model, observation: Observation): EffectiveTree =>
    model.topology === "sentinel" ? treeUnderSentinel(model, observation) : treeWhileDraining(model, observation);
