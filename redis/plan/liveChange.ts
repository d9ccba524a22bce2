import type { Problem } from "../declaration/problem";
import type { Declared } from "../image/problems";
import { fateOf, type LastCopy, lastCopies, lastCopyProblems, lastCopySentences } from "../preflight/lastCopies";
import type { Observation } from "../state/observation";
import { describePlan } from "./describe";
import type { Desired } from "./desired";
import { endingProblems, userSentences } from "./passwordChanges";
import { planDeployment } from "./plan";
import { describeRollout, outageProblems } from "./rollout/describe";

/** What a user allows in answer to a refusal, beside the declaration. */
export interface Allowed {
    /** Servers that may leave with keys that nobody else has, as `deleteData` names them. */
    deleteData: string[];
    /** Whether old passwords end although connections are left that may not know the new ones. */
    endPasswords: boolean;
}

/** What is going to happen to servers that run, in words. */
export interface PlanDescription {
    /** Whose containers will be replaced, in the order in which it happens. */
    rollout: string[];
    /** What is done to live servers, and what they wait for. */
    steps: string[];
    /** What becomes of the last copies of keys. */
    losses: string[];
    /** How many keys the servers have that leave. */
    keys: Record<string, number>;
}

/** What lies between servers that run and their declaration. */
export interface LiveChange {
    /** Whether anything has to be done to them, or waited for, beside what is done to containers. */
    drifted: boolean;
    /** Last copies of keys that would go although nobody has said that they may. */
    refusedCopies: LastCopy[];
    /** Why it may not be done. */
    problems: Problem[];
    description: PlanDescription;
}

/** Compares servers that run with their declaration. */
export function liveChange(
    { args, model }: Declared,
    desired: Desired,
    observation: Observation,
    allowed: Allowed,
): LiveChange {
    const plan = planDeployment(desired, observation);
    const copies = lastCopies(model, observation);
    const losses = lastCopyProblems(model, copies, [...(args.deleteData ?? []), ...allowed.deleteData]);
    return {
        drifted: plan.steps.length > 0 || plan.waiting.length > 0,
        refusedCopies: losses.length > 0 ? copies : [],
        problems: [
            ...(plan.refused ?? []),
            ...losses,
            ...(args.allowOutage === false ? outageProblems(model, observation) : []),
            ...(allowed.endPasswords ? [] : endingProblems(desired, observation)),
        ],
        description: {
            steps: [...userSentences(desired, observation), ...describePlan(plan)],
            losses: lastCopySentences(copies, fateOf(model)),
            rollout: describeRollout(model, observation),
            keys: keysThatLeave(observation),
        },
    };
}

/** How many keys the servers have that leave, by name. */
function keysThatLeave(observation: Observation): Record<string, number> {
    const leaving = observation.filter(({ declared }) => !declared);
    return Object.fromEntries(leaving.flatMap(({ node, redis }) => (redis ? [[node, redis.keys]] : [])));
}
