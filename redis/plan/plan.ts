import { isOfTopology } from "../preflight/lastCopies";
import type { Observation } from "../state/observation";
import { planCluster } from "./cluster/clusterPlan";
import { clusterWords } from "./cluster/steps";
import type { Desired } from "./desired";
import { passwordState } from "./passwordState";
import { planReplication } from "./replication/replicationPlan";
import { planSentinel, sentinelWords, silenceLeaving } from "./sentinel/sentinelPlan";
import { isSentinelStep } from "./sentinel/sentinelStep";
import { pausedServers } from "./servers";
import type { Plan, Step } from "./step";
import { userWords } from "./userSteps";

/** What lies between the declared deployment and what was seen of it. Empty when it is as declared and usable. */
export function planDeployment(aim: Desired, seen: Observation): Plan {
    const paused = pausedServers(seen);
    if (paused.length > 0) return { steps: [], waiting: [], refused: paused };
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

/** A step in a sentence, for the preview and the progress lines. */
export function words(step: Step): string {
    switch (step.kind) {
        case "start":
            return `${step.node}: start its container (${step.status})`;
        case "configure":
            return `${step.node}: set ${step.changes.map(({ sentence }) => sentence).join(", ")}`;
        case "persistence":
            return `${step.node}: ${step.sentence}`;
        case "setUsers":
            return userWords(step);
        case "promote":
            return `${step.node}: make it the master (${step.why})`;
        case "follow":
            return `${step.node}: follow ${step.parent}${step.why ? ` ${step.why}` : ""} (${step.was})`;
        case "park":
            return `${step.node}: set it aside while ${step.parent} synchronises anew (its turn comes after that)`;
        case "failover":
            return `${step.from}: hand over to ${step.to}, ${step.why}`;
        default:
            return isSentinelStep(step) ? sentinelWords(step) : clusterWords(step);
    }
}
