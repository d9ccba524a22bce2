import { type ClusterState, idOf, isMaster } from "../../state/cluster/clusterState";
import type { ClusterStep } from "./steps";

/** Slots that are open between two nodes. */
interface Way {
    from: string;
    to: string;
    slots: Set<number>;
}

/** Slots that a killed migration left open: on to the end of their way, or closed where they are. */
export function openSlots({ members }: ClusterState): ClusterStep[] {
    const open = members.some(({ redis: { cluster } }) => cluster.migrating.length + cluster.importing.length > 0);
    if (!open) return [];
    const ownerOf = (slot: number) =>
        members.findLast(({ redis }) => redis.cluster.self.slots.some(({ from, to }) => from <= slot && slot <= to));
    const byId = new Map(members.map((member) => [idOf(member), member]));
    const ways: Way[] = [];
    const closing = new Map<string, Set<number>>();
    const goOn = (from: string, to: string, slot: number) => {
        const known = ways.find((way) => way.from === from && way.to === to);
        if (known) known.slots.add(slot);
        else ways.push({ from, to, slots: new Set([slot]) });
    };
    const close = (node: string, slot: number) => {
        closing.set(node, (closing.get(node) ?? new Set()).add(slot));
    };
    for (const member of members) {
        const { migrating, importing } = member.redis.cluster;
        for (const { slot, node } of migrating) {
            const target = byId.get(node);
            if (ownerOf(slot) === member && target && isMaster(target)) goOn(member.node, target.node, slot);
            else close(member.node, slot);
        }
        for (const { slot } of importing) {
            const owner = ownerOf(slot);
            if (owner === member) close(member.node, slot);
            else if (owner) goOn(owner.node, member.node, slot);
        }
    }
    return [
        ...ways.map(({ from, to, slots }): ClusterStep => {
            return { kind: "move", from, to, slots: [...slots], why: "left open by an interrupted move" };
        }),
        ...[...closing].map(([node, slots]): ClusterStep => ({ kind: "settle", node, slots: [...slots] })),
    ];
}
