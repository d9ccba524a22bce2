import { type Model, masterOf, type NodeModel } from "../../model/model";
import type { Observation } from "../../state/observation";
import { planCluster } from "../cluster/clusterPlan";
import { guardSettings } from "../cluster/suspendedSettings";
import type { Desired } from "../desired";
import { treeWhileDraining } from "../drain/tree";
import { declaredTree, type EffectiveTree, rearranged } from "../effectiveTree";
import { onceLogged } from "../persistence";
import { planRoles } from "../replication/roles";
import { rescueUnderSentinel } from "../sentinel/handovers";
import { areWatched, isFailingOver } from "../sentinel/seen";
import { treeUnderSentinel } from "../sentinel/tree";
import { rewatchingSteps, silenceLeaving, unitingSteps } from "../sentinel/watching";
import type { Plan, Step } from "../step";

/** What heals a cluster without moving mastership or slots, or letting anybody leave. */
const healing: Step["kind"][] = ["meet", "replicate", "forget", "settle"];

/**
 * What brings servers back in sync between two replacements: what convergence would do about roles, without what belongs
 * to its end. Settings and users wait until every server has its new files. Nobody becomes the master whose log does not hold
 * everything yet.
 *
 * @param complete whether every server has had its turn: only then the declared master takes over
 */
export function planHealing(desired: Desired, observation: Observation, complete: boolean): Plan {
    return onceLogged(desired.model, observation, roleSteps(desired, observation, complete));
}

function roleSteps(desired: Desired, observation: Observation, complete: boolean): Step[] {
    const { model } = desired;
    const servers = observation.filter(({ kind }) => kind !== "sentinel");
    switch (model.topology) {
        case "replication": {
            const silenced = silenceLeaving(observation);
            return silenced.length > 0 ? silenced : treeSteps(treeWhileDraining(model, servers), servers, complete);
        }
        case "sentinel":
            // It was a tree without Sentinels before.
            if (!areWatched(observation)) return treeSteps(declaredTree(model), servers, complete);
            return stepsUnderSentinel(model, observation, servers);
        case "cluster":
            return planCluster(desired, observation).steps.flatMap((step) => {
                if (step.kind === "configure") return unguarded(step);
                return healing.includes(step.kind) || (step.kind === "takeOver" && step.mode !== "graceful")
                    ? [step]
                    : [];
            });
    }
}

/**
 * Who is the master is for Sentinel to say, and as long as it promotes somebody nobody is told whom to follow. It does not see
 * that the master it watches has lost everything.
 */
function stepsUnderSentinel(model: Model, observation: Observation, servers: Observation): Step[] {
    if (isFailingOver(observation)) return [];
    const tree = treeUnderSentinel(model, observation);
    const released = (step: Step) => step.kind === "promote" && step.node === masterOf(tree).name;
    return [
        ...unitingSteps(observation),
        ...rewatchingSteps(observation),
        ...rescueUnderSentinel(observation),
        ...planRoles(tree, servers).steps.filter((step) => ["follow", "park"].includes(step.kind) || released(step)),
    ];
}

/**
 * Until every server has had its turn, the master that stands in keeps its role, and those who are not in sync follow as if
 * it were the declared one: whoever waited for the handover would wait for ever. One that leaves hands over.
 */
function treeSteps(tree: EffectiveTree, servers: Observation, complete: boolean): Step[] {
    const { steps } = planRoles(tree, servers);
    const handover = steps.find((step) => step.kind === "failover");
    const current = handover && tree.nodes.find(({ name }) => name === handover.from);
    if (complete || !current) return steps;
    return planRoles(rootedAt(tree, current), servers).steps;
}

/** A tree with another master: whoever followed its own, and that one itself, follows the other. */
function rootedAt(tree: EffectiveTree, master: NodeModel): EffectiveTree {
    const before = masterOf(tree).name;
    return rearranged(tree, (node) => {
        if (node === master) return undefined;
        return node.name === before || node.replicaOf === before ? master.name : node.replicaOf;
    });
}

/** What has a newcomer give its data to replicas: it may be the next to take a master's place, and they would wait for ever. */
function unguarded(step: Extract<Step, { kind: "configure" }>): Step[] {
    const changes = step.changes.filter(({ name }) => guardSettings.includes(name));
    return changes.length > 0 ? [{ ...step, changes }] : [];
}
