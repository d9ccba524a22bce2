import type { Observation, ServerObservation } from "../../state/observation";
import type { Desired } from "../desired";
import type { Step } from "../step";
import { isLive } from "./live";
import { planReplication } from "./replicationPlan";

/** Whom servers of a tree follow once a planned handover is done: what that plan cannot have, since the master is not there yet. */
export function foreseenFollowers(desired: Desired, observation: Observation, planned: readonly Step[]): Step[] {
    const handover = planned.find((step) => step.kind === "failover");
    if (!handover) return [];
    const { steps } = planReplication(desired, handedOver(observation, handover));
    return steps.filter(({ kind }) => kind === "follow" || kind === "park");
}

function handedOver(observation: Observation, { from, to }: { from: string; to: string }): Observation {
    const successor = observation.find(({ node }) => node === to);
    return observation.map((server): ServerObservation => {
        if (!isLive(server) || !successor) return server;
        if (server === successor) {
            const { following: _, ...redis } = server.redis;
            return { ...server, redis: { ...redis, role: "master", linkUp: false } };
        }
        if (server.node !== from) return server;
        return { ...server, redis: { ...server.redis, role: "replica", following: successor.announce, linkUp: true } };
    });
}
