import { at, sameEndpoint } from "../../model/endpoint";
import type { Observation } from "../../state/observation";
import { serverAt } from "../replication/live";
import { agreedMaster, answering, isFailingOver, lastViews, serversIn } from "./seen";
import type { SentinelStep } from "./sentinelStep";

/**
 * What unites Sentinels that have failed over to different masters at once: a failover on command asks for no votes, so both
 * may have the same epoch, and then neither ever takes the other's view. Those that are fewer begin anew.
 */
export function unitingSteps(observation: Observation): SentinelStep[] {
    const master = agreedMaster(observation);
    if (!master || isFailingOver(observation)) return [];
    return lastViews(observation)
        .filter(({ view }) => !sameEndpoint(view.master, master))
        .map(({ node, view }) =>
            unwatch(node, view.name, `it names ${at(view.master)} as the master, most name ${at(master)}`),
        );
}

/** What has Sentinels watch again that were told to begin anew, or have lost what they knew. */
export function rewatchingSteps(observation: Observation): SentinelStep[] {
    const current = serverAt(serversIn(observation), agreedMaster(observation));
    if (current?.redis?.role !== "master" || isFailingOver(observation)) return [];
    return answering(observation)
        .filter(({ sentinel: { watch } }) => !watch)
        .map(({ node }) => ({ kind: "watch", node, master: current.announce, masterNode: current.node }));
}

/** Has Sentinels watch no master any more that is none of the deployment. */
export function strayedSteps(observation: Observation): SentinelStep[] {
    const servers = serversIn(observation);
    return answering(observation).flatMap(({ node, sentinel: { watch } }) =>
        watch && !serverAt(servers, watch.master)
            ? [unwatch(node, watch.name, `its master ${at(watch.master)} is none of this deployment`)]
            : [],
    );
}

/** Has Sentinels that leave watch nothing any more: they would take a handover for a failure, or undo it. */
export function silenceLeaving(observation: Observation): SentinelStep[] {
    return observation.flatMap(({ declared, node, sentinel }) =>
        !declared && sentinel?.watch ? [unwatch(node, sentinel.watch.name, "it leaves")] : [],
    );
}

export function unwatch(node: string, name: string, why: string): SentinelStep {
    return { kind: "unwatch", node, name, why };
}
