import type { Problem } from "../declaration/problem";
import type { Declared } from "../image/problems";
import type { Model } from "../model/model";
import { fateOf, type LastCopy, lastCopies, lastCopyProblems, lastCopySentences } from "../preflight/lastCopies";
import { clusterStateOf } from "../state/cluster/clusterStateOf";
import type { Observation, ServerObservation } from "../state/observation";
import { noticedByClients } from "./clients";
import { foreseenMoves } from "./cluster/slotMoves";
import { describePlan, describeStep } from "./describe";
import type { Desired } from "./desired";
import { endingProblems, userSentences } from "./passwordChanges";
import { planDeployment } from "./plan";
import { foreseenFollowers } from "./replication/foreseen";
import { serverAt } from "./replication/live";
import { describeRollout, outageProblems } from "./rollout/describe";
import { answer, silence } from "./servers";
import type { Plan, Step } from "./step";
import { describeWaiting } from "./waiting";

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
    /** What clients notice of that. */
    clients: string[];
    /** What is done, and noticed, if a declared master had handed over because its host drained: by its name. */
    returning: Record<string, string[]>;
    /** What becomes of the last copies of keys. */
    losses: string[];
    /** How many keys the servers have that leave. */
    keys: Record<string, number>;
    /** Servers that do not answer, by name: what is seen instead, and the step that says so. */
    silent: Record<string, { seen: string; step: string }>;
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
    const foreseen = foreseenSteps(desired, observation, plan);
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
            steps: [...userSentences(desired, observation), ...describePlan(plan), ...foreseen.map(describeStep)],
            clients: noticedByClients(model, [...plan.steps, ...foreseen], observation),
            returning: returningMasters(desired, observation, plan),
            losses: lastCopySentences(copies, fateOf(model)),
            rollout: describeRollout(model, observation),
            keys: keysThatLeave(model, observation),
            silent: silentServers(observation, plan),
        },
    };
}

/** What convergence does once new servers are there, or a master has handed over, as far as it can be told before. */
function foreseenSteps(desired: Desired, observation: Observation, { steps }: Plan): Step[] {
    const { model } = desired;
    switch (model.topology) {
        case "cluster":
            return foreseenMoves(clusterStateOf(model, observation), observation);
        case "sentinel":
            return [];
        case "replication":
            return foreseenFollowers(desired, observation, steps);
    }
}

/** What would be done beside a plan if a declared master that is a replica now had handed over because its host drained. */
function returningMasters(desired: Desired, observation: Observation, plan: Plan): Record<string, string[]> {
    const planned = new Set(plan.steps.map(describeStep));
    const replicas = desired.model.nodes.filter(
        ({ name, replicaOf }) =>
            !replicaOf && observation.some(({ node, redis }) => node === name && redis?.role === "replica"),
    );
    return Object.fromEntries(
        replicas.map(({ name }) => {
            const { steps } = planDeployment({ ...desired, returned: [name] }, observation);
            const added = steps.filter((step) => !planned.has(describeStep(step)));
            return [name, [...added.map(describeStep), ...noticedByClients(desired.model, added, observation)]];
        }),
    );
}

/** How many keys the servers have that leave, by name. Those of a cluster's shard that leaves have gone with its slots then. */
function keysThatLeave({ topology }: Model, observation: Observation): Record<string, number> {
    const leaving = observation.filter(({ declared }) => !declared);
    const stays = ({ redis }: ServerObservation) =>
        topology !== "cluster" || !redis?.cluster || serverAt(observation, redis?.following)?.declared;
    return Object.fromEntries(leaving.filter(stays).flatMap(({ node, redis }) => (redis ? [[node, redis.keys]] : [])));
}

function silentServers(observation: Observation, { steps, waiting }: Plan): PlanDescription["silent"] {
    const silent: PlanDescription["silent"] = {};
    for (const server of observation) {
        const { node, container, reach } = server;
        const start = steps.find((step) => step.kind === "start" && step.node === node);
        const wait = waiting.find((one) => one.node === node && "expected" in one && one.expected === answer(reach));
        if (start) silent[node] = { seen: container?.status ?? silence(server), step: describeStep(start) };
        else if (wait) silent[node] = { seen: silence(server), step: describeWaiting(wait) };
    }
    return silent;
}
