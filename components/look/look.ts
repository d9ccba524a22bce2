import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { judgeImages } from "../../reconcile/image/judge";
import { observe } from "../../reconcile/observe";
import { isPromoted } from "../../reconcile/promotion";
import { withConnections } from "../../reconcile/redis/connections";
import { allowed, report } from "../../reconcile/report";
import type { Passwords } from "../../redis/acl/passwords";
import type { Declared } from "../../redis/image/problems";
import type { Model } from "../../redis/model/model";
import { type Desired, desiredOf } from "../../redis/plan/desired";
import { describeDraining } from "../../redis/plan/drain/describe";
import { type LiveChange, liveChange } from "../../redis/plan/liveChange";
import { planDeployment, refusalTime } from "../../redis/plan/plan";
import { unreadableProblems } from "../../redis/plan/rollout/unreadable";
import { pausedServers } from "../../redis/plan/servers";
import { allHostProblems, allHostWarnings } from "../../redis/preflight/hosts";
import { topologyProblems } from "../../redis/preflight/topologyChange";
import type { EngineInventory } from "../../redis/state/engineInventory";
import type { Observation } from "../../redis/state/observation";
import { writeRefusals } from "../../redis/state/writeRefusals";
import { refuse } from "../refusal";
import { asFound, readHosts } from "./hosts";
import { inform, sayPlan, warn } from "./say";

/** What was seen of a deployment, as far as it matters to what is declared to Pulumi. */
export interface Seen {
    /** The deployment, with the networks and volumes that it has. */
    model: Model;
    /** Live servers; none where there are no containers yet. */
    observation: Observation;
    /** Whether live servers differ from the model, which Pulumi cannot see. */
    drifted: boolean;
}

/** A deployment that nobody has looked at: as if there were nothing yet. */
export function unseen(model: Model): Seen {
    return { model: asFound(model, []), observation: [], drifted: false };
}

/**
 * Looks at hosts, servers and image, in this order, and says what is going to happen. Ends the program with what stands in
 * the way: what is said of servers would mean nothing on hosts that cannot have them.
 */
export async function look(
    { args, model: declared }: Declared,
    passwords: Passwords,
    deployment: pulumi.Resource,
): Promise<Seen> {
    const hosts = await readHosts(declared);
    const { model, inventories } = hosts;
    refuse("What is on the hosts", allHostProblems(args, hosts));
    if (pulumi.runtime.isDryRun()) await warn(allHostWarnings(hosts), deployment);

    return withConnections(passwords, async (connections) => {
        const observation = await lasting(desiredOf(model, passwords), () => observe(model, inventories, connections));
        refuse("What runs on the hosts", [...unreadableProblems(observation), ...topologyProblems(model, observation)]);
        await askImages({ args, model }, passwords, inventories, observation, deployment);
        if (!observation.some(({ container }) => container)) return { model, observation: [], drifted: false };

        await tellRefusedWrites(observation, deployment);
        const desired = { ...desiredOf(model, passwords), moved: await isPromoted(model, observation) };
        const change = liveChange({ args, model }, desired, observation, allowed());
        tellOfServers(model, observation, change);
        refuse("What runs on the hosts", change.problems);
        await sayPlan(change.description, deployment);
        return { model, observation, drifted: change.drifted };
    });
}

/** How long servers that run may take to answer before they count as unreadable, in milliseconds: they may just start. */
const patience = 5_000;
/** Pause between two looks, in milliseconds. */
const pause = 500;

/** Observes until every server that runs has answered, and nothing is refused, or until that has stood for a while. */
async function lasting(desired: Desired, look: () => Promise<Observation>): Promise<Observation> {
    for (const begun = Date.now(); ; await sleep(pause)) {
        const observation = await look();
        const since = Date.now() - begun;
        const isUnread = unreadableProblems(observation).length > 0 && since <= patience;
        if (!isUnread && !(isRefused(desired, observation) && since <= refusalTime)) return observation;
    }
}

/** Whether something is refused that may be gone at the next look: what somebody has paused is not. */
function isRefused(desired: Desired, observation: Observation): boolean {
    if (!observation.some(({ container }) => container) || pausedServers(observation).length > 0) return false;
    return planDeployment(desired, observation).refused !== undefined;
}

/** Refuses what the image on the hosts does not take. */
async function askImages(
    declared: Declared,
    passwords: Passwords,
    inventories: EngineInventory[],
    observation: Observation,
    deployment: pulumi.Resource,
): Promise<void> {
    const desired = desiredOf(declared.model, passwords);
    const mayPull = !pulumi.runtime.isDryRun();
    const { notes, problems } = await judgeImages({ ...declared, desired, inventories, observation, mayPull });
    await inform(notes, deployment);
    refuse("The declaration", problems);
}

/** Tells which masters take no writes. */
async function tellRefusedWrites(observation: Observation, deployment: pulumi.Resource): Promise<void> {
    const sentences = writeRefusals(observation);
    report({ kind: "writeRefusals", sentences });
    if (pulumi.runtime.isDryRun()) await warn(sentences, deployment);
}

/** Tells `npm run up` what it asks the user about, or says at its end. */
function tellOfServers(model: Model, observation: Observation, { drifted, refusedCopies }: LiveChange): void {
    report({ kind: "draining", sentences: describeDraining(model, observation, !drifted) });
    if (refusedCopies.length > 0) report({ kind: "lastCopies", copies: refusedCopies });
}
