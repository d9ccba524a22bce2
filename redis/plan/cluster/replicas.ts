import {
    type ClusterState,
    idOf,
    isMaster,
    knows,
    type Member,
    masterIdOf,
    ownsSlots,
    type UnknownNode,
} from "../../state/cluster/clusterState";
import { canForm } from "../../state/cluster/formation";
import type { ClusterStep } from "./steps";

/** Whoever is not its shard's master replicates it; in a new cluster as soon as they have met. */
export function replicas(clusterState: ClusterState): ClusterStep[] {
    const { shards, members, unknownNodes, formed } = clusterState;
    const meetNow = !formed && canForm(clusterState);
    return shards.flatMap(({ master, members: inShard }) => {
        if (!master) return [];
        return inShard
            .filter((member) => member !== master && masterIdOf(member) !== idOf(master))
            .filter((member) => !ownsSlots(member) && mayLeave(member, members, unknownNodes))
            .filter((member) => knows(member, master)?.flags.includes("master") ?? meetNow)
            .map(
                (member): ClusterStep => ({
                    kind: "replicate",
                    node: member.node,
                    master: master.node,
                    masterId: idOf(master),
                    was: isMaster(member) ? "it is an empty master" : `it replicates ${masterName(member, members)}`,
                }),
            );
    });
}

const masterName = (member: Member, members: Member[]): string =>
    members.find((candidate) => idOf(candidate) === masterIdOf(member))?.node ?? "a node that is gone";

/** A replica stays with a master that does not answer: it may hold the only copy. */
export function mayLeave(member: Member, members: Member[], unknownNodes: UnknownNode[]): boolean {
    const { migrating, importing } = member.redis.cluster;
    if (isMaster(member)) return migrating.length === 0 && importing.length === 0;
    const master = members.find((candidate) => idOf(candidate) === masterIdOf(member));
    return !!master || unknownNodes.some(({ id, slots }) => id === masterIdOf(member) && slots === 0);
}
