import { clusterStateOf } from "../../state/cluster/clusterStateOf";
import type { Observation } from "../../state/observation";
import type { Desired } from "../desired";
import { onceLogged } from "../persistence";
import { planServers } from "../servers";
import type { Plan } from "../step";
import { changesTimeout } from "./nodeTimeouts";
import type { PhasePlan, Seen } from "./phase";
import { phases } from "./phases";
import { refusals } from "./refusals";
import { suspendedSettings } from "./suspendedSettings";

/**
 * What lies between the declared cluster and what was seen of it.
 *
 * Declared are shards: which servers hold the same slots. Which of them is the master belongs to Redis, and so do the
 * slots of each shard as long as every shard has its share.
 */
export function planCluster(desired: Desired, observation: Observation): Plan {
    const clusterState = clusterStateOf(desired.model, observation);
    const refused = refusals(clusterState);
    if (refused.length > 0) return { steps: [], waiting: [], refused };

    const phase = currentPhase({ desired, observation, clusterState });
    const servers = planServers(desired, observation, (server) =>
        suspendedSettings(server, clusterState, phase.declaredTimeout),
    );
    const isEarly = phase.afterTimeouts && servers.steps.some(changesTimeout);
    const logged = onceLogged(desired.model, observation, isEarly ? [] : phase.steps);
    return {
        steps: [...servers.steps, ...logged.steps],
        waiting: [...servers.waiting, ...phase.waiting, ...logged.waiting],
        together: true,
    };
}

/** The first phase that has anything to do. */
function currentPhase(seen: Seen): PhasePlan {
    for (const phase of phases) {
        const plan = phase(seen);
        if (plan) return plan;
    }
    return { steps: [], waiting: [], declaredTimeout: true };
}
