import { sameEndpoint } from "../../model/endpoint";
import type { Endpoint, Model } from "../../model/model";
import type { Observation, RedisObservation, ServerObservation } from "../observation";
import { type Owners, ownersOf } from "./owners";
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

export function clusterStateOf(model: Model, observation: Observation): ClusterState {
    const members = observation.filter(
        (server): server is Member => !!server.redis?.cluster && server.redis.loadedBytes === undefined,
    );
    const isMember = (server: ServerObservation) => members.some((member) => member === server);
    const unknownNodes = unknownNodesOf(observation, members);
    const owners = ownersOf(members.map(({ redis }) => redis.cluster));
    const unread = observation.filter((server) => !isMember(server));
    return {
        members,
        unknownNodes,
        owners,
        shards: shardsOf(model, observation, members, owners),
        formed: members.some(ownsSlots) || unknownNodes.some(({ slots }) => slots > 0),
        silent: unread.filter(({ declared }) => declared),
        unread,
    };
}

function shardsOf(model: Model, observation: Observation, members: Member[], owners: Owners): Shard[] {
    return model.nodes
        .filter(({ replicaOf }) => !replicaOf)
        .map(({ name: declared }, index): Shard => {
            const names = model.nodes
                .filter(({ name, replicaOf }) => name === declared || replicaOf === declared)
                .map(({ name }) => name);
            const ours = (server: ServerObservation) => server.declared && names.includes(server.node);
            const inShard = members.filter(ours);
            const silent = observation.filter((server) => ours(server) && !inShard.includes(server as Member));
            return {
                index,
                declared,
                members: inShard,
                silent,
                master: masterOfShard(declared, inShard, silent, owners),
            };
        });
}

/**
 * The master with the most slots; where nobody has any, the declared master if it is one, else any master. One without
 * slots is nobody's master as long as the master may be a server that does not answer.
 */
function masterOfShard(
    declared: string,
    members: Member[],
    silent: ServerObservation[],
    { counts }: Owners,
): Member | undefined {
    const owned = (member: Member) => counts.get(idOf(member)) ?? 0;
    const rank = (member: Member) => owned(member) + (member.node === declared ? 0.5 : 0);
    const [best] = members.filter(isMaster).sort((a, b) => rank(b) - rank(a));
    return best && (owned(best) > 0 || silent.every(({ gone }) => gone)) ? best : undefined;
}

function unknownNodesOf(observation: Observation, members: Member[]): UnknownNode[] {
    const ours = new Set(members.map(idOf));
    const found = new Map<string, UnknownNode>();
    for (const member of members) {
        for (const known of member.redis.cluster.others) {
            if (ours.has(known.id) || known.flags.includes("handshake")) continue;
            const unknownNode = found.get(known.id) ?? {
                id: known.id,
                endpoint: known.endpoint,
                slots: 0,
                knownBy: [],
                replicas: members.filter((candidate) => masterIdOf(candidate) === known.id),
                kind: "foreign",
                givenUp: false,
            };
            const slots = known.slots.reduce((sum, { from, to }) => sum + to - from + 1, 0);
            unknownNode.slots = Math.max(unknownNode.slots, slots);
            unknownNode.knownBy.push(member);
            // One that lost its address had one of ours: another node answered there.
            if (!known.flags.includes("noaddr") || !unknownNode.endpoint.host) unknownNode.endpoint = known.endpoint;
            found.set(known.id, unknownNode);
        }
    }
    for (const unknownNode of found.values()) {
        const { slots, replicas, knownBy } = unknownNode;
        const beliefs = knownBy.flatMap(({ redis }) => redis.cluster.others.filter(({ id }) => id === unknownNode.id));
        // It takes a majority of masters to agree, and those may have forgotten it already.
        const voted = knownBy.some((member) => isMaster(member) && ownsSlots(member));
        unknownNode.givenUp = beliefs.every(
            ({ flags }) => flags.includes("fail") || (!voted && flags.includes("fail?")),
        );
        // Towards a host that is cut off Redis calls a link connected that it only tries to make.
        const answers = ({ linkUp, flags }: KnownNode) => linkUp && !flags.some((flag) => /^fail\??$/.test(flag));
        const dead = slots + replicas.length === 0 && !beliefs.some(answers);
        unknownNode.server = observation.find(({ announce }) => sameEndpoint(announce, unknownNode.endpoint));
        // Without an address it may be any server that does not answer.
        if (!unknownNode.endpoint.host) unknownNode.kind = members.length < observation.length ? "silent" : "gone";
        else if (unknownNode.server)
            unknownNode.kind = isAnother(unknownNode.server, unknownNode.id) ? "gone" : "silent";
        else if (dead) unknownNode.kind = "dead";
    }
    // Whoever leaves is reset, and takes what only it knows along.
    const matters = ({ kind, knownBy }: UnknownNode) => kind !== "dead" || knownBy.some(({ declared }) => declared);
    return [...found.values()].filter(matters);
}

/** Whether a server answers, and not as the node with an id. One that still loads its data is itself. */
function isAnother({ redis }: ServerObservation, id: string): boolean {
    return redis?.cluster !== undefined && redis.cluster.id !== id;
}
