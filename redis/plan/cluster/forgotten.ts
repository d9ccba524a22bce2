import { at } from "../../model/endpoint";
import type { ClusterState } from "../../state/cluster/clusterState";
import type { ClusterStep } from "./steps";

/**
 * Earlier lives of servers of ours are forgotten once they own nothing that somebody could still take over; so is what
 * everybody has given up at addresses that are none of ours any more.
 */
export function forgotten({ members, silent, unread, unknownNodes }: ClusterState): ClusterStep[] {
    return unknownNodes.flatMap(({ id, kind, slots, replicas, server, endpoint, knownBy, givenUp }): ClusterStep[] => {
        const leaves = kind === "silent" && server?.gone && !server.declared && slots === 0;
        // A server of ours that does not answer yet may have had another address.
        const dead = kind === "dead" && givenUp && silent.every(({ gone }) => gone);
        if ((kind !== "gone" && !leaves && !dead) || replicas.length > 0) return [];
        // Whoever does not answer may be its replica.
        if (slots > 0 && unread.length > 0) return [];
        const name = server?.node ?? (at(endpoint) === ":0" ? "a node" : at(endpoint));
        const lost = slots > 0 ? `, whose ${slots} slots had no replica: what they held is lost` : "";
        const what = leaves
            ? `${name}, which leaves`
            : dead
              ? `${name} (${id.slice(0, 8)}), which owns nothing and which everybody has given up`
              : `the earlier ${name} (${id.slice(0, 8)})${lost}`;
        const by = knownBy.filter((member) => members.includes(member)).map(({ node }) => node);
        return [{ kind: "forget", id, what, by }];
    });
}
