import type { Endpoint } from "../model";
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
    const roles = planRoles(desired.model, observation);
    const logged = onceLogged(desired.model, observation, roles.steps);
    return {
        steps: [...servers.steps, ...logged.steps],
        waiting: [...servers.waiting, ...roles.waiting, ...logged.waiting],
    };
}
