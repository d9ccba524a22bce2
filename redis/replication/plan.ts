import { heirExpectation } from "../drain/heir";
import { handoverReason, isDraining, treeWhileDraining } from "../drain/tree";
import { type Endpoint, masterOf } from "../model";
import type { Observation } from "../observation";
import { onceLogged } from "../persistence";
import type { Plan } from "../plan";
import { type Desired, planServers } from "../servers";
import { planRoles } from "./roles";

/** One change to the roles of a tree. */
export type RoleStep =
    | { kind: "promote"; node: string; why: string }
    | { kind: "follow"; node: string; parent: string; endpoint: Endpoint; was: string; why?: string }
    /** Sets a replica aside, with its data and readable, while its parent receives everything anew. */
    | { kind: "park"; node: string; parent: string }
    | { kind: "failover"; from: string; to: string; why: string };

/** What lies between the declared tree and what was seen of it. */
export function planReplication(desired: Desired, observation: Observation): Plan {
    const servers = planServers(desired, observation);
    const tree = treeWhileDraining(desired.model, observation);
    const roles = planRoles(tree, observation, handoverReason(desired.model, tree));
    const logged = onceLogged(desired.model, observation, roles.steps);
    const master = masterOf(tree);
    const isStuck = tree !== desired.model && isDraining(tree, master);
    const heirless = isStuck ? [heirExpectation({ node: master.name, host: master.host })] : [];
    return {
        steps: [...servers.steps, ...logged.steps],
        waiting: [...servers.waiting, ...roles.waiting, ...heirless, ...logged.waiting],
    };
}
