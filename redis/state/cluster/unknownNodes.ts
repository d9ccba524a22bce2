import { sameEndpoint } from "../../model/endpoint";
import type { Endpoint } from "../../model/model";
import type { Observation, ServerObservation } from "../observation";
import { idOf, isMaster, type Member, masterIdOf, ownsSlots, type UnknownNode } from "./clusterState";
import type { KnownNode } from "./view";

/** What a member believes of a node that is none of the members. */
interface Belief {
    member: Member;
    known: KnownNode;
}

type Beliefs = [Belief, ...Belief[]];

/** The nodes that members know and that are none of them, put together from what each member believes. */
export function unknownNodesOf(observation: Observation, members: Member[]): UnknownNode[] {
    return [...beliefsOf(members)]
        .map(([id, beliefs]) => unknownNode(id, beliefs, observation, members))
        .filter(matters);
}

/** What members believe of each other node, by its id. Whom they are only meeting has an id of the moment. */
function beliefsOf(members: Member[]): Map<string, Beliefs> {
    const ours = new Set(members.map(idOf));
    const found = new Map<string, Beliefs>();
    for (const member of members) {
        for (const known of member.redis.cluster.others) {
            if (ours.has(known.id) || known.flags.includes("handshake")) continue;
            const belief = { member, known };
            const before = found.get(known.id);
            found.set(known.id, before ? [...before, belief] : [belief]);
        }
    }
    return found;
}

function unknownNode(id: string, beliefs: Beliefs, observation: Observation, members: Member[]): UnknownNode {
    const known = beliefs.map((belief) => belief.known);
    const knownBy = beliefs.map(({ member }) => member);
    const replicas = members.filter((member) => masterIdOf(member) === id);
    const slots = Math.max(...known.map(slotsIn));
    const endpoint = endpointIn(beliefs);
    const server = observation.find(({ announce }) => sameEndpoint(announce, endpoint));
    const isDead = slots + replicas.length === 0 && !known.some(answers);
    const isOneSilent = members.length < observation.length;
    const kind = kindOf({ id, endpoint, server, isDead, isOneSilent });
    return { id, endpoint, slots, knownBy, replicas, kind, server, givenUp: isGivenUp(beliefs) };
}

const slotsIn = ({ slots }: KnownNode): number => slots.reduce((sum, { from, to }) => sum + to - from + 1, 0);

/** One that lost its address had one of ours: another node answered there. */
const endpointIn = ([first, ...others]: Beliefs): Endpoint =>
    others.reduce(
        (endpoint, { known }) => (!known.flags.includes("noaddr") || !endpoint.host ? known.endpoint : endpoint),
        first.known.endpoint,
    );

function kindOf(of: {
    id: string;
    endpoint: Endpoint;
    server?: ServerObservation;
    isDead: boolean;
    isOneSilent: boolean;
}): UnknownNode["kind"] {
    // Without an address it may be any server that does not answer.
    if (!of.endpoint.host) return of.isOneSilent ? "silent" : "gone";
    if (of.server) return isAnother(of.server, of.id) ? "gone" : "silent";
    return of.isDead ? "dead" : "foreign";
}

/** Whether everyone who knows a node agrees that it has failed, as far as they can. */
function isGivenUp(beliefs: Belief[]): boolean {
    // It takes a majority of masters to agree, and those may have forgotten it already.
    const voted = beliefs.some(({ member }) => isMaster(member) && ownsSlots(member));
    return beliefs.every(({ known: { flags } }) => flags.includes("fail") || (!voted && flags.includes("fail?")));
}

/** Towards a host that is cut off Redis calls a link connected that it only tries to make. */
const answers = ({ linkUp, flags }: KnownNode): boolean => linkUp && !flags.some((flag) => /^fail\??$/.test(flag));

/** Whether a server answers, and not as the node with an id. One that still loads its data is itself. */
function isAnother({ redis }: ServerObservation, id: string): boolean {
    return redis?.cluster !== undefined && redis.cluster.id !== id;
}

/** Whoever leaves is reset, and takes what only it knows along. */
const matters = ({ kind, knownBy }: UnknownNode): boolean =>
    kind !== "dead" || knownBy.some(({ declared }) => declared);
