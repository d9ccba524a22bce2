import { masterOf } from "../../model/model";
import type { Observation } from "../../state/observation";
import type { Desired } from "../desired";
import { successorExpectation } from "../drain/successor";
import { handoverReason, isDraining, treeWhileDraining } from "../drain/tree";
import { onceLogged } from "../persistence";
import { planServers } from "../servers";
import type { Plan } from "../step";
import { planRoles } from "./roles";

/**
 * What lies between the declared servers, in the tree that is to be now, and what was seen of them.
 * @param tree the declared one, but for hosts that drain, unless another one is given
 */
export function planReplication(
    desired: Desired,
    observation: Observation,
    tree = treeWhileDraining(desired.model, observation),
): Plan {
    const servers = planServers(desired, observation);
    const roles = planRoles(tree, observation, handoverReason(desired.model, tree));
    const logged = onceLogged(desired.model, observation, roles.steps);
    const master = masterOf(tree);
    const isStuck = desired.model.topology === "replication" && isDraining(desired.model, master);
    const withoutSuccessor = isStuck ? [successorExpectation({ node: master.name, host: master.host })] : [];
    return {
        steps: [...servers.steps, ...logged.steps],
        waiting: [...servers.waiting, ...roles.waiting, ...withoutSuccessor, ...logged.waiting],
    };
}
