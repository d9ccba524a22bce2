import type { Passwords } from "../../../../redis/acl/passwords";
import { type AclUser, hashPassword } from "../../../../redis/acl/rules";
import { sentinelUsers } from "../../../../redis/acl/sentinelUsers";
import { sameEndpoint } from "../../../../redis/model/endpoint";
import type { Endpoint } from "../../../../redis/model/model";
import type { Watch } from "../../../../redis/model/sentinel/declaration";
import type { SentinelObservation, SentinelView } from "../../../../redis/state/sentinel";

/** A replica as a Sentinel knows it. */
export interface KnownReplica {
    endpoint: Endpoint;
    /** When it was heard last. */
    heard: number;
    priority: number;
    /** Whom it said to follow, since when; undefined where it said to be a master. */
    following?: Endpoint;
    since: number;
    linkUp: boolean;
    /** Looks for which it had no link to its master when it was asked last. */
    downFor: number;
    offset: number;
}

/** Another Sentinel as one knows it. */
export interface Peer {
    id: string;
    endpoint: Endpoint;
    heard: number;
}

/** A failover that a Sentinel has begun. */
export interface Failover {
    state: "votes" | "choose" | "promote" | "wait" | "others";
    epoch: number;
    /** When its state began. */
    at: number;
    forced: boolean;
    /** Votes of others, and whether it has voted for itself. */
    votes: number;
    own: boolean;
    promoted?: Endpoint;
}

/** What a Sentinel knows of the master that it watches. */
export interface Watched {
    settings: Watch;
    master: Endpoint;
    epoch: number;
    heard: number;
    /** Since when the master says that it is a replica. */
    demoted?: number;
    suspected: boolean;
    /** Since when (`s_down_since_time`). */
    suspectedAt: number;
    given: boolean;
    replicas: KnownReplica[];
    peers: Peer[];
    failover?: Failover;
    /** When it last began one, or voted for another's. */
    tried: number;
}

/** A Sentinel: all but what it heard lately is in the file that it keeps. */
export class Sentinel {
    users: AclUser[] = [];
    /** Of the password by which it signs in. */
    passwordHash = "";
    watched?: Watched;
    epoch = 0;
    votedEpoch = 0;
    /** Whether it asks servers more often than usual. */
    pollsOften = false;

    constructor(readonly id: string) {}

    observed(now: number): SentinelObservation {
        const { watched, users, passwordHash } = this;
        return { users, passwordHash, ...(watched ? { watch: viewOf(now, watched) } : {}) };
    }
}

export const deadFor = 5;

function viewOf(now: number, watched: Watched): SentinelView {
    const { settings, master, suspected, given, failover, replicas, peers } = watched;
    const flags = ["master"];
    if (suspected) flags.push("s_down");
    if (given) flags.push("o_down");
    if (failover) flags.push("failover_in_progress");
    const down = ({ heard }: { heard: number }) => now - heard > deadFor;
    const usable = 1 + peers.filter((peer) => !down(peer)).length;
    const voters = peers.length + 1;
    const quorum = usable >= settings.quorum && usable >= (voters >> 1) + 1;
    return {
        ...settings,
        master,
        configEpoch: watched.epoch,
        flags,
        replicas: replicas.map((one) => ({
            endpoint: one.endpoint,
            flags: down(one) ? ["slave", "s_down"] : ["slave"],
            priority: one.priority,
        })),
        others: peers.map((peer) => ({
            endpoint: peer.endpoint,
            flags: down(peer) ? ["sentinel", "s_down"] : ["sentinel"],
        })),
        quorumCheck: quorum ? `OK ${usable} usable Sentinels` : "NOQUORUM",
    };
}

/** What its start script does, and then Sentinel, with what its file holds if there is one. */
export function startSentinel(kept: Sentinel | undefined, passwords: Passwords, newId: () => string): Sentinel {
    const sentinel = kept ?? new Sentinel(newId());
    sentinel.users = sentinelUsers(passwords);
    sentinel.passwordHash = hashPassword(passwords.sentinel ?? "");
    sentinel.pollsOften = false;
    if (sentinel.watched) keep(sentinel.watched);
    return sentinel;
}

/** What the file holds of a failover that had begun: from its promotion on, the master that it names is the new one. */
function keep(watched: Watched): void {
    const { failover, master, replicas } = watched;
    if (failover?.state === "others" && failover.promoted) {
        const { promoted } = failover;
        const before = replicas.find(({ endpoint }) => sameEndpoint(endpoint, promoted));
        watched.master = promoted;
        if (before) before.endpoint = master;
    }
    watched.failover = undefined;
}
