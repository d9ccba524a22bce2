import { showRanges } from "../../model/cluster/slots";
import { at } from "../../model/endpoint";
import {
    type ClusterState,
    idOf,
    isMaster,
    knows,
    type Member,
    masterIdOf,
    takesPart,
} from "../../state/cluster/clusterState";
import { hasTemporaryTimeout } from "../../state/cluster/temporaryNodeTimeout";
import type { Waiting } from "../waiting";
import type { ClusterStep } from "./steps";

/** Who believes in another owner of slots than there is: nothing moves and nobody leaves meanwhile. */
export function disputes({ owners, members, unknownNodes }: ClusterState): Waiting[] {
    const nameOf = (id: string): string => {
        const unknownNode = unknownNodes.find((candidate) => candidate.id === id);
        const member = members.find((candidate) => idOf(candidate) === id);
        return member?.node ?? unknownNode?.server?.node ?? (unknownNode ? at(unknownNode.endpoint) : id.slice(0, 8));
    };
    return owners.disputes.map(({ member, believed, owner, slots }) => {
        const of = slots === 1 ? "1 slot" : `${slots} slots`;
        const by = believed === member ? "itself" : nameOf(believed);
        return {
            node: nameOf(member),
            expected: `to know ${nameOf(owner)} as the owner of ${of}`,
            seen: `${by}, whose epoch is older`,
        };
    });
}

/**
 * Nodes tell each other of a new role, slots or epoch at once, but who was away, or has just joined, hears of it only with
 * the next ping, up to half a `cluster-node-timeout` later. Meeting somebody again is such a ping. Hasty nodes ping often
 * enough.
 */
export function introductions({ members }: ClusterState): ClusterStep[] {
    if (members.some(hasTemporaryTimeout)) return [];
    const parts = members.filter(takesPart);
    return parts.flatMap((node): ClusterStep[] => {
        const others = parts.filter((other) => other !== node && hasOldNews(other, node));
        if (others.length === 0) return [];
        const endpoints = others.map((other) => ({ node: other.node, endpoint: other.announce }));
        return [{ kind: "meet", node: node.node, others: endpoints, again: true }];
    });
}

/** Whether a member knows another, but not in the role, with the slots or with the epoch that it has by its own account. */
function hasOldNews(member: Member, of: Member): boolean {
    const known = knows(member, of);
    const { self } = of.redis.cluster;
    if (!known || known.flags.includes("noaddr")) return false;
    if (known.replicaOf !== masterIdOf(of)) return true;
    if (!isMaster(of)) return false;
    const importing = member.redis.cluster.importing.length > 0;
    return known.epoch < self.epoch || (!importing && showRanges(known.slots) !== showRanges(self.slots));
}
