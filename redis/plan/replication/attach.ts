import { sameEndpoint } from "../../model/endpoint";
import { masterOf, type NodeModel, nodeOf } from "../../model/model";
import type { Observation } from "../../state/observation";
import { isWay, wayTo } from "../../state/whereabouts";
import type { EffectiveTree } from "../effectiveTree";
import type { Plan } from "../step";
import { linkExpectation, onlineExpectation, turnTo } from "./follow";
import { isLive, isLoading, type Live, serverAt, serverOf } from "./live";
import { continues } from "./resynchronisation";

/**
 * The declared master has the data: everyone else follows whom the tree says, from the master outwards. No more than
 * `synchronisations` servers receive everything anew at a time.
 */
export function attach(tree: EffectiveTree, observation: Observation): Plan {
    const plan: Plan = { steps: [], waiting: [] };
    let free = tree.synchronisations - synchronising(observation).length;
    // Below a node that is still to move, or to get its data, nobody can be attached for good.
    const inPlace = new Set([masterOf(tree).name]);
    for (const node of outwards(tree)) {
        const replica = serverOf(observation, node.name);
        if (!node.replicaOf || !isLive(replica) || isLoading(replica.redis)) continue;
        const parent = livingParent(tree, observation, node);
        const above = serverOf(observation, parent.name);
        if (!isLive(above)) continue;

        if (sameEndpoint(replica.redis.following, wayTo(replica, above))) {
            const missing = replica.redis.linkUp
                ? onlineExpectation(replica, above)
                : linkExpectation(replica, parent.name);
            if (missing) plan.waiting.push(missing);
            if (replica.redis.linkUp) inPlace.add(node.name);
        } else if (!inPlace.has(parent.name)) {
            plan.waiting.push({ node: node.name, state: `waits for ${parent.name}, its master, to have its own data` });
        } else if (continues(replica.redis, above.redis) || free-- > 0) {
            const steps = turnTo(observation, replica, above, why(node, parent));
            // Whoever has been told to leave it in this plan is not set aside.
            plan.steps.push(...steps.filter(({ node }) => !moves(plan, node)));
        } else {
            const state = `waits for its turn to synchronise with ${parent.name}, no more than ${tree.synchronisations} at a time`;
            plan.waiting.push({ node: node.name, state });
        }
    }
    return plan;
}

/** The servers that receive everything from their master, or are about to. */
function synchronising(observation: Observation): Live[] {
    return observation.filter((server): server is Live => {
        if (!isLive(server) || givesData(server)) return false;
        // One that leaves may never be let in any more: it is told no new password.
        if (!server.declared && server.redis.syncBytesLeft === 0 && server.redis.syncBytesRead === undefined)
            return false;
        const above = serverAt(observation, server.redis.following);
        return isLive(above) && givesData(above) && isWay(server, above, server.redis.following);
    });
}

/** Redis keeps replicas waiting as long as it has nothing from its own master. */
function givesData({ redis }: Live): boolean {
    return redis.role === "master" || redis.linkUp;
}

/** Whether a plan changes whom a server follows. */
function moves({ steps }: Plan, node: string): boolean {
    return steps.some((step) => step.kind === "follow" && step.node === node);
}

/** The declared parent, or while that is gone the next one above it, so that the data stays fresh. */
function livingParent(tree: EffectiveTree, observation: Observation, node: NodeModel): NodeModel {
    let parent = node.replicaOf ? nodeOf(tree, node.replicaOf) : masterOf(tree);
    while (parent.replicaOf && serverOf(observation, parent.name)?.gone) parent = nodeOf(tree, parent.replicaOf);
    return parent;
}

function why(node: NodeModel, parent: NodeModel): string | undefined {
    return node.replicaOf === parent.name ? undefined : `while ${node.replicaOf} is gone`;
}

/** The nodes, every parent before its replicas. */
function outwards(tree: EffectiveTree): NodeModel[] {
    const ordered = tree.nodes.filter(({ replicaOf }) => !replicaOf);
    for (const parent of ordered) ordered.push(...tree.nodes.filter(({ replicaOf }) => replicaOf === parent.name));
    return ordered;
}
