import { sameEndpoint } from "../../model/endpoint";
import {
    type ClusterState,
    idOf,
    isMeeting,
    knows,
    type Member,
    ownsSlots,
    takesPart,
} from "../../state/cluster/clusterState";
import { canForm } from "../../state/cluster/formation";
import type { Waiting } from "../waiting";
import type { ClusterStep } from "./steps";

/** Everybody meets everybody that it does not know, or knows at another address. */
export function meetings(clusterState: ClusterState): { due: ClusterStep[]; underWay: Waiting[] } {
    const { members, formed, owners } = clusterState;
    if (!formed && !canForm(clusterState)) return { due: [], underWay: [] };
    // Whoever leaves needs others only to give its slots to them, and to hear who owns which.
    const isWrong = (member: Member) => owners.disputes.some((dispute) => dispute.member === idOf(member));
    const needsOthers = (member: Member) => member.declared || ownsSlots(member) || isWrong(member);
    const parts = members.filter((member) => takesPart(member) && needsOthers(member));
    const unknown = parts.map((a, index) => {
        const others = parts.filter((b, other) => b !== a && meets(a, b, index < other));
        return {
            node: a.node,
            meeting: others.filter((b) => isMeeting(a, b)),
            toMeet: others.filter((b) => !isMeeting(a, b)),
        };
    });
    return {
        due: unknown
            .filter(({ toMeet }) => toMeet.length > 0)
            .map(({ node, toMeet }) => ({
                kind: "meet",
                node,
                others: toMeet.map((other) => ({ node: other.node, endpoint: other.announce })),
            })),
        underWay: unknown
            .filter(({ meeting }) => meeting.length > 0)
            .map(({ node, meeting }) => {
                const names = meeting.map((other) => other.node).join(", ");
                return { node, expected: `to know ${names}`, seen: "only that they are meeting" };
            }),
    };
}

/** Of two that do not know each other the first one goes. */
const meets = (a: Member, b: Member, first: boolean): boolean => !knowsRightly(a, b) && (first || knowsRightly(b, a));

const knowsRightly = (a: Member, b: Member): boolean => {
    const known = knows(a, b);
    return !!known && !known.flags.includes("noaddr") && sameEndpoint(known.endpoint, b.announce);
};
