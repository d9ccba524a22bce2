import { at, sameEndpoint } from "../../model/endpoint";
import { masterOf } from "../../model/model";
import { isStartable } from "../../state/containerStates";
import type { Observation, ServerObservation } from "../../state/observation";
import type { EffectiveTree } from "../effectiveTree";
import { fullest, isLive, type Live, mayHoldMore, serverAt, serverOf } from "../replication/live";
import type { Plan } from "../step";
import { agreedMaster, serversIn } from "./seen";
import type { SentinelStep } from "./sentinelStep";

/** What stands before the tree as long as the watched master is none: Sentinel promotes another, or is asked to. */
export function planWatchedMaster(
    tree: EffectiveTree,
    servers: Observation,
    current: ServerObservation,
): Plan | undefined {
    const declared = masterOf(tree).name;
    if (!current.redis) {
        if (isStartable(current.container) && current.declared) return undefined;
        const expected = `an answer on ${at(current.reach)}, or Sentinel to promote another server`;
        return { steps: [], waiting: [{ node: current.node, expected }] };
    }
    if (current.redis.role === "master") {
        if (current.declared) return undefined;
        const successor = serverOf(servers, declared);
        const ready =
            isLive(successor) && successor.redis.linkUp && sameEndpoint(successor.redis.following, current.announce);
        if (ready) return { steps: [handover(current.node, declared, `${current.node} leaves`)], waiting: [] };
        return undefined;
    }
    const step = handoverOfEmpty(servers, current);
    return step && { steps: [step], waiting: [] };
}

/** Has the server with the data take the place of a watched master that came up empty: by itself Sentinel may never do it. */
function handoverOfEmpty(servers: Observation, { node, redis }: ServerObservation): SentinelStep | undefined {
    const others = servers.filter((server): server is Live => server.node !== node && isLive(server));
    const holder = fullest(others.filter(({ redis }) => redis.keys > 0));
    if (!redis || redis.role === "master" || redis.keys > 0 || !holder || mayHoldMore(servers)) return undefined;
    return handover(node, holder.node, `${node} came up empty`);
}

/** The step without which no server gets in sync while Sentinels watch: the watched master came up empty. */
export function rescueUnderSentinel(observation: Observation): SentinelStep[] {
    const servers = serversIn(observation);
    const current = serverAt(servers, agreedMaster(observation));
    const step = current && handoverOfEmpty(servers, current);
    return step ? [step] : [];
}

export function handover(from: string, to: string, why: string): SentinelStep {
    return { kind: "sentinelFailover", from, to, why };
}
