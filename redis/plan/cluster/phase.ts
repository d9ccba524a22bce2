import type { ClusterState } from "../../state/cluster/clusterState";
import type { Observation } from "../../state/observation";
import type { Desired } from "../desired";
import type { Waiting } from "../waiting";
import type { ClusterStep } from "./steps";

/** What the phases of a cluster's plan go by. */
export interface Seen {
    desired: Desired;
    observation: Observation;
    clusterState: ClusterState;
}

/** What one phase has to do. Phases after it have their turn once that is done. */
export interface PhasePlan {
    steps: ClusterStep[];
    waiting: Waiting[];
    /** Whether nodes that have the temporary `cluster-node-timeout` get the declared one. */
    declaredTimeout: boolean;
    /** Whether the steps wait until all have it. */
    afterTimeouts?: true;
}

/** One phase; undefined when nothing of it is left to do. */
export type Phase = (seen: Seen) => PhasePlan | undefined;
