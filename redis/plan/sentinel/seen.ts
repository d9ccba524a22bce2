import { at } from "../../model/endpoint";
import type { Endpoint } from "../../model/model";
import { hasProcess } from "../../state/containerStates";
import type { Observation, ServerObservation } from "../../state/observation";
import type { SentinelObservation, SentinelView } from "../../state/sentinel";

/** A declared Sentinel that answers. */
export type Answering = ServerObservation & { sentinel: SentinelObservation };

export function answering(sentinels: Observation): Answering[] {
    return sentinels.filter((server): server is Answering => server.declared && server.sentinel !== undefined);
}

/** The observed servers, without Sentinels. */
export const serversIn = (observation: Observation): Observation =>
    observation.filter(({ kind }) => kind !== "sentinel");

/**
 * The master's address by the last failover that any Sentinel knows: the others are told of it within seconds. Where none
 * is later than others, that of most. Undefined when nobody watches.
 */
export function agreedMaster(observation: Observation): Endpoint | undefined {
    const votes = new Map<string, { endpoint: Endpoint; count: number }>();
    for (const { view } of lastViews(observation)) {
        const vote = votes.get(at(view.master)) ?? { endpoint: view.master, count: 0 };
        votes.set(at(view.master), { ...vote, count: vote.count + 1 });
    }
    return [...votes.values()].sort((a, b) => b.count - a.count)[0]?.endpoint;
}

/** The Sentinels that know of the last failover, with what they see. */
export function lastViews(observation: Observation): { node: string; view: SentinelView }[] {
    const views = answering(observation).flatMap(({ node, sentinel: { watch } }) =>
        watch ? [{ node, view: watch }] : [],
    );
    const last = Math.max(...views.map(({ view }) => view.configEpoch));
    return views.filter(({ view }) => view.configEpoch === last);
}

/** Whether Sentinel is just promoting somebody. */
export function isFailingOver(observation: Observation): boolean {
    return answering(observation).some(({ sentinel }) => sentinel.watch?.flags.includes("failover_in_progress"));
}

/** Whether Sentinels see to the roles, or may: one that runs and does not answer. */
export function areWatched(observation: Observation): boolean {
    return observation.some(({ kind, sentinel, container, gone }) => {
        if (kind !== "sentinel" || gone) return false;
        return sentinel ? sentinel.watch !== undefined : hasProcess(container);
    });
}
