import { at, sameEndpoint } from "../../model/endpoint";
import type { Model } from "../../model/model";
import type { Observation, ServerObservation } from "../../state/observation";
import { wayTo } from "../../state/whereabouts";
import { areWatched, isFailingOver } from "../sentinel/seen";
import { unitingSteps } from "../sentinel/watching";
import type { Step } from "../step";
import { copiesOf } from "./standing";

/**
 * What can be done now so that a successor takes a master's place. In a tree the other replicas follow the successor before
 * it is the master, so that it never is without a copy.
 */
export function handoverSteps(
    { topology }: Model,
    master: ServerObservation,
    successor: ServerObservation,
    observation: Observation,
): Step[] {
    const [from, to] = [master.node, successor.node];
    const why = `before the container of ${from} is replaced`;
    if (topology === "cluster") return [{ kind: "takeOver", node: to, from, mode: "graceful", why }];
    if (topology === "sentinel" && areWatched(observation)) {
        // Who is promoted just now is the master next, whatever this one is; and Sentinels that are not united come first.
        const isReady = !isFailingOver(observation) && unitingSteps(observation).length === 0;
        return isReady ? [{ kind: "sentinelFailover", from, to, why }] : [];
    }
    const direct = (server: ServerObservation) => sameEndpoint(server.redis?.following, wayTo(server, master));
    if (!direct(successor)) return [follow(successor, master, "to take its place")];
    const others = copiesOf(master, observation).filter((other) => other !== successor && direct(other));
    if (others.length > 0) return others.map((other) => follow(other, successor, `which takes the place of ${from}`));
    return [{ kind: "failover", from, to, why }];
}

function follow(server: ServerObservation, parent: ServerObservation, why: string): Step {
    const { node, redis } = server;
    const was = redis?.following ? `it follows ${at(redis.following)}` : "it follows nobody";
    return { kind: "follow", node, parent: parent.node, endpoint: wayTo(server, parent), was, why };
}
