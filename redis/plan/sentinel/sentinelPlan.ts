import { masterOf, stays } from "../../model/model";
import type { Observation, ServerObservation } from "../../state/observation";
import type { Desired } from "../desired";
import { drainSuccessorOf, successorExpectation } from "../drain/successor";
import { isDraining } from "../drain/tree";
import type { EffectiveTree } from "../effectiveTree";
import { passwordState } from "../passwordState";
import { onceLogged } from "../persistence";
import { isLive, serverAt } from "../replication/live";
import { planReplication } from "../replication/replicationPlan";
import type { Plan } from "../step";
import { handover, planWatchedMaster } from "./handovers";
import { planOwn } from "./ownPlan";
import { agreedMaster, answering, isFailingOver, serversIn } from "./seen";
import type { SentinelStep } from "./sentinelStep";
import { treeUnderSentinel } from "./tree";
import { planViews } from "./viewPlan";
import { strayedSteps, unitingSteps } from "./watching";

/** What the phases of a plan go by. */
interface Seen {
    desired: Desired;
    servers: Observation;
    sentinels: Observation;
    /** The tree below the master that Sentinels agree on. */
    tree: EffectiveTree;
    /** The server that Sentinels agree on as the master. */
    current?: ServerObservation;
    /** What each Sentinel needs by itself. */
    own: Plan;
}

/** What one phase plans; undefined when nothing of it is left to do. */
type Phase = (seen: Seen) => Plan | undefined;

/** What lies between a declared tree that Sentinels watch and what was seen of both. */
export function planSentinel(desired: Desired, observation: Observation): Plan {
    const servers = serversIn(observation);
    const sentinels = observation.filter(({ kind }) => kind === "sentinel");
    const state = desired.passwordState ?? passwordState(desired, observation);
    const own = planOwn({ ...desired, passwordState: state }, sentinels);
    const tree = treeUnderSentinel(desired.model, observation);
    const seen = { desired, servers, sentinels, tree, current: serverAt(servers, agreedMaster(sentinels)), own };
    const { steps, waiting } = currentPhase(seen);
    return { steps: [...own.steps, ...steps], waiting: [...own.waiting, ...waiting] };
}

/** The first phase that has anything to do. */
function currentPhase(seen: Seen): Plan {
    for (const phase of phases) {
        const plan = phase(seen);
        if (plan) return plan;
    }
    return { steps: [], waiting: [] };
}

/** Sentinels watch masters of this deployment. */
const watchOwnMaster: Phase = ({ servers, sentinels }) => dueSteps(strayedSteps([...servers, ...sentinels]));

/** No failover of Sentinel's is under way: it says who is the master. */
const awaitFailover: Phase = ({ sentinels }) =>
    isFailingOver(sentinels)
        ? { steps: [], waiting: [{ node: "Sentinel", expected: "its failover to end", seen: "it in progress" }] }
        : undefined;

/** All Sentinels name the same master. */
const agreeOnMaster: Phase = ({ sentinels }) => dueSteps(unitingSteps(sentinels));

/** The server that they name is a master that stays. */
const haveMaster: Phase = ({ desired, servers, tree, current }) => {
    const plan = current && planWatchedMaster(tree, servers, current);
    if (!plan) return undefined;
    const logged = onceLogged(desired.model, servers, plan.steps);
    return { steps: logged.steps, waiting: [...plan.waiting, ...logged.waiting] };
};

/** Every server is as declared and follows that master, and every Sentinel has what it needs by itself. */
const replicate: Phase = ({ desired, servers, tree, own }) => {
    const plan = planReplication(desired, servers, tree);
    const left = [own, plan].some(({ steps, waiting }) => steps.length + waiting.length > 0);
    return left || !desired.model.watch ? plan : undefined;
};

/** No host that drains has the master. */
const drainMaster: Phase = ({ desired: { model }, servers, current }) => {
    if (!current?.declared || !isDraining(model, current)) return undefined;
    const successor = drainSuccessorOf(model, current, servers);
    if (!successor) return { steps: [], waiting: [successorExpectation(current)] };
    return onceLogged(model, servers, [handover(current.node, successor.node, `since ${current.host} is draining`)]);
};

/** The declared master is the master, where that was asked for: roles are Sentinel's otherwise. */
const promoteDeclared: Phase = ({ desired, servers, current }) => {
    const { model, moved, returned } = desired;
    const declared = masterOf(model);
    const isAsked = (moved || returned?.includes(declared.name)) && stays(model, declared);
    if (!current || current.node === declared.name || !isAsked) return undefined;
    return onceLogged(model, servers, [handover(current.node, declared.name, "the declared master")]);
};

/** Nobody follows the master who leaves. */
const dismissLeaving: Phase = ({ servers }) => {
    const leaving = servers.filter((server) => !server.declared && isLive(server));
    const attached = leaving.filter(({ redis }) => serverAt(servers, redis?.following)?.declared);
    return dueSteps(attached.map(({ node }) => ({ kind: "dismiss", node })));
};

/** Sentinels watch that master as declared, and see whom they have to see. */
const watchAsDeclared: Phase = ({ desired, tree, sentinels }) => planViews(desired.model, tree, answering(sentinels));

/** The phases of a plan, in their order: the first one that has anything to do is what is planned. */
const phases: readonly Phase[] = [
    watchOwnMaster,
    awaitFailover,
    agreeOnMaster,
    haveMaster,
    replicate,
    drainMaster,
    promoteDeclared,
    dismissLeaving,
    watchAsDeclared,
];

function dueSteps(steps: SentinelStep[]): Plan | undefined {
    return steps.length > 0 ? { steps, waiting: [] } : undefined;
}
