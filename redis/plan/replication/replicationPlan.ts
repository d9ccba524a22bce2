import { masterOf } from "../../model/model";
import type { Observation } from "../../state/observation";
import type { Desired } from "../desired";
import { successorExpectation } from "../drain/successor";
import { handoverReason, isDraining, treeWhileDraining } from "../drain/tree";
import { onceLogged } from "../persistence";
import { planServers } from "../servers";
import type { Plan } from "../step";
import { planRoles } from "./roles";

/** What lies between the declared tree and what was seen of it. */
export function planReplication(desired: Desired, observation: Observation): Plan {
    const servers = planServers(desired, observation);
    const tree = treeWhileDraining(desired.model, observation);
    const roles = planRoles(tree, observation, handoverReason(desired.model, tree));
    const logged = onceLogged(desired.model, observation, roles.steps);
    const master = masterOf(tree);
    const isStuck = tree !== desired.model && isDraining(tree, master);
    const withoutSuccessor = isStuck ? [successorExpectation({ node: master.name, host: master.host })] : [];
    return {
        steps: [...servers.steps, ...logged.steps],
        waiting: [...servers.waiting, ...roles.waiting, ...withoutSuccessor, ...logged.waiting],
    };
}
