import { sameEndpoint } from "../../model/endpoint";
import type { Endpoint } from "../../model/model";
import type { RedisObservation, ServerObservation } from "../observation";
import type { Owners } from "./owners";
import type { ClusterView, KnownNode } from "./view";

/** A server of ours that answers and runs in cluster mode. */
export type Member = ServerObservation & { redis: RedisObservation & { cluster: ClusterView } };

/** The servers that are to hold the same slots. */
export interface Shard {
    /** Index among the declared shards. */
    index: number;
    /** The declared master's name. */
    declared: string;
    members: Member[];
    /** Servers of the shard that do not answer. */
    silent: ServerObservation[];
    /**
     * The member whose slots the shard's are: its master, whoever was declared so. Absent also while a server of the shard
     * that does not answer may be it.
     */
    master?: Member;
}

/** A node that members know and that is none of them. */
export interface UnknownNode {
    id: string;
    endpoint: Endpoint;
    /** Slots that somebody believes it owns. */
    slots: number;
    knownBy: Member[];
    /** Members that replicate it. */
    replicas: Member[];
    /**
     * `gone`: an earlier life of a server of ours, whose id is lost with its data. `silent`: a server of ours that does not
     * answer now. `foreign`: none of ours. `dead`: at no address of ours, without slots or replicas, and it answers
     * nobody: what ran on a host that was lost for good, or left while somebody was away who still knows it.
     */
    kind: "gone" | "silent" | "foreign" | "dead";
    /** The server of ours at its address. */
    server?: ServerObservation;
    /** Whether everyone who knows it agreed that it has failed, as far as they can. */
    givenUp: boolean;
}

/** A cluster put together from what each member says. */
export interface ClusterState {
    members: Member[];
    shards: Shard[];
    unknownNodes: UnknownNode[];
    /** Who owns which slots by the highest epoch, and who has not heard of it yet. */
    owners: Owners;
    /** Whether anybody owns a slot. */
    formed: boolean;
    /** Declared servers that do not answer, or still load their data. */
    silent: ServerObservation[];
    /** Servers of ours that do not answer, whether declared or about to leave. Any of them may hold the only copy. */
    unread: ServerObservation[];
}

export const isMaster = ({ redis }: Member): boolean => redis.cluster.self.flags.includes("master");
export const ownsSlots = ({ redis }: Member): boolean => redis.cluster.self.slots.length > 0;
export const idOf = ({ redis }: Member): string => redis.cluster.id;
export const masterIdOf = ({ redis }: Member): string | undefined => redis.cluster.self.replicaOf;

/** A server that left and was reset takes no part any more. */
export const takesPart = (member: Member): boolean =>
    member.declared || member.redis.cluster.others.length > 0 || ownsSlots(member);

/** What a member believes of another, unless it is only about to meet it. */
export function knows(member: Member, other: Member): KnownNode | undefined {
    const found = member.redis.cluster.others.find(({ id }) => id === idOf(other));
    return found?.flags.includes("handshake") ? undefined : found;
}

/** Whether a member is making the acquaintance of another; Redis gives that up after a second. */
export const isMeeting = ({ redis }: Member, { announce }: Member): boolean =>
    redis.cluster.others.some(({ flags, endpoint }) => flags.includes("handshake") && sameEndpoint(endpoint, announce));
