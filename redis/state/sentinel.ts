import type { AclUser } from "../acl/rules";
import type { Endpoint } from "../model/model";
import type { Watch } from "../model/sentinel/declaration";
import type { EarlierConnection } from "./earlierConnection";

/** What one Sentinel says of the master that it watches; `watch` is absent when it watches none. */
export interface SentinelObservation {
    watch?: SentinelView;
    users: AclUser[];
    /** SHA-256 of the password by which it signs in to other Sentinels, and since it was told both at once to servers. */
    passwordHash?: string;
    /** Its clock, and connections that are older than a change of their user's password. */
    clock?: number;
    earlier?: EarlierConnection[];
}

/** A Sentinel's view of what it watches. */
export interface SentinelView extends Watch {
    master: Endpoint;
    /** Of the failover by which this is the master: Sentinels take the view of who has the highest one. */
    configEpoch: number;
    /** Words such as `master`, `s_down`, `o_down`, `disconnected`, `failover_in_progress`. */
    flags: string[];
    replicas: { endpoint: Endpoint; flags: string[]; priority: number }[];
    /** The other Sentinels that it knows. */
    others: { endpoint: Endpoint; flags: string[] }[];
    /** Reply of SENTINEL CKQUORUM: `OK ...`, or the error. */
    quorumCheck: string;
}

/** Why a Sentinel takes its master for down, in its own words; empty when it does not. */
export function downFlags({ flags }: SentinelView): string[] {
    return flags.filter((flag) => ["s_down", "o_down", "disconnected"].includes(flag));
}
