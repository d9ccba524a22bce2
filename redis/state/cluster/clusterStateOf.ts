import type { Model } from "../../model/model";
import type { Observation, ServerObservation } from "../observation";
import { type ClusterState, idOf, isMaster, type Member, ownsSlots, type Shard } from "./clusterState";
import { type Owners, ownersOf } from "./owners";
import { unknownNodesOf } from "./unknownNodes";

/** Puts a cluster together from what each member says. */
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
