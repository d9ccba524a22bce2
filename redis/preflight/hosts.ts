import type { DeploymentArguments } from "../declaration/arguments";
import type { Problem } from "../declaration/problem";
import type { Model } from "../model/model";
import { newOnDraining } from "../plan/drain/placement";
import type { EngineInventory } from "../state/engineInventory";
import { moveWarnings } from "./clusterMoves";
import { formerlyProblems } from "./formerly";
import { memoryProblems, memoryWarnings } from "./hostMemory";
import { hostProblems, hostWarnings, type KernelSettings } from "./hostSettings";
import { preflight } from "./preflight";
import { volatileMasters } from "./volatileMasters";
import { watchWarnings } from "./watchWarnings";

/** What is on the hosts of a deployment. */
export interface SeenHosts {
    /** The deployment, with the networks and volumes that it has there. */
    model: Model;
    inventories: EngineInventory[];
    /** Endpoints of the deployment on which somebody listens. */
    taken: Set<string>;
    /** Of the hosts that say. */
    kernels: KernelSettings[];
}

/** Why the hosts cannot take the deployment. */
export function allHostProblems(args: DeploymentArguments, seen: SeenHosts): Problem[] {
    const { model, inventories, taken, kernels } = seen;
    return [
        ...preflight(model, inventories, taken),
        ...newOnDraining(args, model, inventories),
        ...hostProblems(model, kernels),
        ...memoryProblems(model, inventories),
        ...formerlyProblems(model, inventories),
    ];
}

/** What may go wrong on the hosts one day. */
export function allHostWarnings({ model, inventories, kernels }: SeenHosts): string[] {
    return [
        ...volatileMasters(model),
        ...hostWarnings(model, kernels),
        ...memoryWarnings(model, inventories),
        ...watchWarnings(model),
        ...moveWarnings(model, inventories),
    ];
}
