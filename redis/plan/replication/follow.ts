import { sameEndpoint } from "../../model/endpoint";
import type { Observation } from "../../state/observation";
import { wayTo } from "../../state/whereabouts";
import type { Waiting } from "../waiting";
import { isLive, isLoading, isQuarantined, type Live, serverAt } from "./live";
import { continues } from "./resynchronisation";
import type { RoleStep } from "./roleStep";

type Turn = Extract<RoleStep, { kind: "follow" | "park" }>;

/**
 * The steps that have a server follow another one. Where it receives everything anew the servers below it would do so
 * themselves right afterwards, all at once: if there is more than one, its replicas are set aside first, readable, and
 * attached again in turn.
 */
export function turnTo(observation: Observation, server: Live, parent: Live, why?: string): Turn[] {
    const step = follow(server, parent, why);
    if (continues(server.redis, parent.redis)) return [step];
    const replicas = replicasOf(observation, server);
    const below = [...replicas, ...replicas.flatMap((replica) => replicasOf(observation, replica))];
    if (below.length <= 1) return [step];
    return [...replicas.map(({ node }): Turn => ({ kind: "park", node, parent: server.node })), step];
}

function replicasOf(observation: Observation, server: Live): Live[] {
    return observation.filter(
        (other): other is Live =>
            isLive(other) &&
            !isLoading(other.redis) &&
            serverAt(observation, other.redis.following)?.node === server.node,
    );
}

/** The step that has a server follow another one. */
export function follow(server: Live, parent: Live, why?: string): Turn {
    const { following, keys } = server.redis;
    const was = !following
        ? `it is a master of its own with ${keys === 1 ? "1 key" : `${keys} keys`}`
        : !isQuarantined(server.redis)
          ? `it follows ${following.host}:${following.port}`
          : keys > 0
            ? "it was set aside"
            : "it came up empty";
    return { kind: "follow", node: server.node, parent: parent.node, endpoint: wayTo(server, parent), was, why };
}

/** What is expected of a link that is not up, and what is seen. */
export function linkExpectation(server: Live, parent: string): Waiting {
    const { syncBytesLeft } = server.redis;
    const seen =
        syncBytesLeft > 0 ? `a full synchronisation with ${syncBytesLeft} bytes to come` : "master_link_status:down";
    return { node: server.node, expected: `its link to ${parent} to be up`, seen };
}

/** What is expected of a parent that does not count its replica as online, and what is seen; undefined when it does. */
export function onlineExpectation(replica: Live, parent: Live): Waiting | undefined {
    const known = parent.redis.replicas.find(({ announce }) => sameEndpoint(announce, replica.announce));
    if (known?.state === "online") return undefined;
    return { node: parent.node, expected: `${replica.node} as an online replica`, seen: known?.state ?? "none" };
}
