import { type SlotRange, slotRanges } from "../../model/cluster/slots";
import type { ClusterState } from "../../state/cluster/clusterState";
import { uncovered } from "../../state/cluster/view";
import type { ClusterStep } from "./steps";

/** Slots that nobody owns go to the shard that a new cluster would give them to. */
export function claims({ members, shards, silent, unknownNodes }: ClusterState): ClusterStep[] {
    // Whoever does not answer may own them.
    if (silent.length > 0 || unknownNodes.some(({ slots }) => slots > 0)) return [];
    const free = uncovered(members.map(({ redis }) => redis.cluster));
    if (free.length === 0) return [];
    const shares = slotRanges(shards.length);
    return shards.flatMap(({ index, master }): ClusterStep[] => {
        const share = shares[index];
        const slots = share ? free.flatMap((range) => common(share, range)) : [];
        if (!master || slots.length === 0) return [];
        const { self, others } = master.redis.cluster;
        // Different epochs from the start save the masters from finding out who is right.
        const epoch = others.length === 0 && self.epoch === 0 ? { epoch: index + 1 } : {};
        return [{ kind: "claim", node: master.node, slots, ...epoch }];
    });
}

function common(a: SlotRange, b: SlotRange): SlotRange[] {
    const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
    return from <= to ? [{ from, to }] : [];
}
