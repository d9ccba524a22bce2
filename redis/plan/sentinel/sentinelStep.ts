import type { Endpoint } from "../../model/model";
import type { Watch } from "../../model/sentinel/declaration";

/** One change to Sentinels, or to the roles that they watch over. */
export type SentinelStep =
    /** Tells a Sentinel which master to watch. */
    | { kind: "watch"; node: string; master: Endpoint; masterNode: string }
    /** Has a Sentinel watch nothing any more. */
    | { kind: "unwatch"; node: string; name: string; why: string }
    | { kind: "setSentinel"; node: string; name: string; changes: Partial<Watch> }
    /** Has a Sentinel sign in to servers and other Sentinels with the declared password. */
    | { kind: "setSentinelPassword"; node: string }
    /** Has a Sentinel forget everybody, to find again those that are there. */
    | { kind: "rediscover"; node: string; name: string; why: string }
    /** Keeps a replica that leaves from being found again. */
    | { kind: "dismiss"; node: string }
    /** A handover in which Sentinel changes the roles, with writes held meanwhile. */
    | { kind: "sentinelFailover"; from: string; to: string; why: string };

export const kinds: Record<SentinelStep["kind"], true> = {
    watch: true,
    unwatch: true,
    setSentinel: true,
    setSentinelPassword: true,
    rediscover: true,
    dismiss: true,
    sentinelFailover: true,
};

/** Whether a step is one of these. */
export function isSentinelStep(step: { kind: string }): step is SentinelStep {
    return Object.hasOwn(kinds, step.kind);
}
