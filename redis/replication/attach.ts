import { type Model, masterOf, type NodeModel, nodeOf } from "../model";
import type { Observation } from "../observation";
import type { Plan } from "../plan";
import { follow, linkExpectation, onlineExpectation } from "./follow";
import { isLive, type Live, sameEndpoint, serverAt, serverOf } from "./live";
import { continues } from "./resynchronisation";

/**
 * The declared master has the data: everyone else follows whom the tree says, from the master outwards. No more than
 * `synchronisations` servers receive everything anew at a time.
 */
export function attach(model: Model, observation: Observation): Plan {
    const plan: Plan = { steps: [], waiting: [] };
    let free = model.synchronisations - synchronising(observation).length;
    for (const node of outwards(model)) {
        const replica = serverOf(observation, node.name);
        if (!node.replicaOf || !isLive(replica)) continue;
        const parent = livingParent(model, observation, node);
        const above = serverOf(observation, parent.name);
        if (!isLive(above)) continue;

        if (sameEndpoint(replica.redis.following, parent.announce)) {
            const missing = replica.redis.linkUp
                ? onlineExpectation(replica, above)
                : linkExpectation(replica, parent.name);
            if (missing) plan.waiting.push(missing);
        } else if (!givesData(above)) {
            plan.waiting.push(`${node.name}: waits for ${parent.name}, its master, to have its own data`);
        } else if (continues(replica.redis, above.redis)) {
            plan.steps.push(follow(replica, above, why(node, parent)));
        } else if (free > 0) {
            free--;
            plan.steps.push(...parked(model, observation, replica), follow(replica, above, why(node, parent)));
        } else {
            plan.waiting.push(
                `${node.name}: waits for its turn to synchronise with ${parent.name}, no more than ${model.synchronisations} at a time`,
            );
        }
    }
    return plan;
}

/** The servers that receive everything from their master, or are about to. */
function synchronising(observation: Observation): Live[] {
    return observation.filter((server): server is Live => {
        if (!isLive(server) || givesData(server)) return false;
        const above = serverAt(observation, server.redis.following);
        return isLive(above) && givesData(above);
    });
}

/** Redis keeps replicas waiting as long as it has nothing from its own master. */
function givesData({ redis }: Live): boolean {
    return redis.role === "master" || redis.linkUp;
}

/**
 * The replicas of a server that is about to receive everything anew would do so themselves right afterwards, all at once:
 * where they are too many for that they are set aside first, readable, and attached again in turn.
 */
function parked(model: Model, observation: Observation, server: Live): Plan["steps"] {
    const replicas = observation.filter(
        (other): other is Live => isLive(other) && serverAt(observation, other.redis.following)?.node === server.node,
    );
    if (replicas.length <= model.synchronisations) return [];
    return replicas.map(({ node }) => ({ kind: "park", node, parent: server.node }));
}

/** The declared parent, or while that is gone the next one above it, so that the data stays fresh. */
function livingParent(model: Model, observation: Observation, node: NodeModel): NodeModel {
    let parent = node.replicaOf ? nodeOf(model, node.replicaOf) : masterOf(model);
    while (parent.replicaOf && serverOf(observation, parent.name)?.gone) parent = nodeOf(model, parent.replicaOf);
    return parent;
}

function why(node: NodeModel, parent: NodeModel): string | undefined {
    return node.replicaOf === parent.name ? undefined : `while ${node.replicaOf} is gone`;
}

/** The declared nodes, every parent before its replicas. */
export function outwards(model: Model): NodeModel[] {
    const ordered = model.nodes.filter(({ replicaOf }) => !replicaOf);
    for (const parent of ordered) ordered.push(...model.nodes.filter(({ replicaOf }) => replicaOf === parent.name));
    return ordered;
}
