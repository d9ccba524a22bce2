import { isOfTopology } from "../preflight/lastCopies";
import type { Observation } from "../state/observation";
import { planCluster } from "./cluster/clusterPlan";
import type { Desired } from "./desired";
import { passwordState } from "./passwordState";
import { planReplication } from "./replication/replicationPlan";
import { planSentinel } from "./sentinel/sentinelPlan";
import { silenceLeaving } from "./sentinel/watching";
import { pausedServers } from "./servers";
import type { Plan } from "./step";
import { asProblem } from "./waiting";

/**
 * How long a refusal has to stand until it ends an update, in milliseconds. Redis calls a link to another node connected also
 * while it only tries to make it: a dead node looks alive for a moment.
 */
export const refusalTime = 2_000;

/** What lies between the declared deployment and what was seen of it. Empty when it is as declared and usable. */
export function planDeployment(aim: Desired, seen: Observation): Plan {
    const paused = pausedServers(seen);
    if (paused.length > 0) return { steps: [], waiting: [], refused: paused.map(asProblem) };
    const observation = seen.filter((server) => isOfTopology(aim.model, server));
    const desired = { ...aim, passwordState: passwordState(aim, observation) };
    switch (desired.model.topology) {
        case "cluster":
            return planCluster(desired, observation);
        case "sentinel":
            return planSentinel(desired, observation);
        case "replication": {
            const silenced = silenceLeaving(observation);
            if (silenced.length > 0) return { steps: silenced, waiting: [] };
            return planReplication(
                desired,
                observation.filter(({ kind }) => kind !== "sentinel"),
            );
        }
    }
}
