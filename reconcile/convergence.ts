import { setTimeout as sleep } from "node:timers/promises";
import { administratorPasswords, type Passwords } from "../redis/acl/passwords";
import { aclUsers } from "../redis/acl/users";
import { hostOf, type Model, masterOf, present } from "../redis/model/model";
import { describeStep } from "../redis/plan/describe";
import type { Desired } from "../redis/plan/desired";
import { describeDraining } from "../redis/plan/drain/describe";
import { drainedMasters, returnedMasters } from "../redis/plan/drain/memory";
import { treeWhileDraining } from "../redis/plan/drain/tree";
import { Movement, stepKey, still } from "../redis/plan/movement";
import { planDeployment } from "../redis/plan/plan";
import { treeUnderSentinel } from "../redis/plan/sentinel/sentinelPlan";
import { isPaused, pausedServers } from "../redis/plan/servers";
import type { Plan, Step } from "../redis/plan/step";
import { slotTable } from "../redis/state/cluster/slotTable";
import type { Observation, ServerObservation } from "../redis/state/observation";
import { refusesWrites, writeRefusals } from "../redis/state/writeRefusals";
import { apply } from "./apply";
import { Attempts, canPass } from "./attempts";
import { connectEngine, lastLogLines } from "./docker/engine";
import { inventory } from "./docker/inventory";
import { observe } from "./observe";
import { Outages } from "./outages";
import { Patience } from "./patience";
import { logComplete } from "./persistence";
import { ProgressLog, type Say } from "./progressLog";
import { proven } from "./proof";
import { Connections } from "./redis/connections";
import { report } from "./report";
import { verify } from "./verify";

/** Pause between two looks while something comes by itself, in milliseconds. */
const pause = 50;
/** Pause after a step has failed, in milliseconds. */
const retryPause = 500;
/** Of how many servers an error shows the log. */
const mostLogs = 3;

/** What was applied, for the state of the stack. */
export interface Receipt {
    steps: string[];
    verified: string;
    /** Of a cluster: the slots of each shard, by its declared master. */
    slots?: Record<string, string>;
    /** The declared master, by which a later convergence knows that it was moved; absent of clusters. */
    master?: string;
    /** Who is the master while the declared one's host drains. */
    standIn?: string;
    /** Declared masters whose hosts drain, or were lost since: they are masters again once those are back. */
    drained?: string[];
}

/** What the Command's last run wrote, where Pulumi hands it to the next one. */
function lastReceipt(): Receipt | undefined {
    const text = process.env.PULUMI_COMMAND_STDOUT;
    return text ? (JSON.parse(text) as Receipt) : undefined;
}

/** What convergence aims at. */
export function desiredOf(model: Model, passwords: Passwords): Desired {
    const { replication = "" } = passwords;
    return { model, users: aclUsers(model, passwords), replicationPassword: replication, passwords };
}

/**
 * Brings live servers to the declared deployment: observe, plan, apply, until nothing is left to do, then verify. Run
 * again, or after having been killed anywhere, it ends in the same state.
 *
 * @param look how servers are observed; through the hosts' Engines unless something else is given
 * @param before what was applied the last time, where that is known
 * @throws when nothing moves any more, with each node, what was expected of it, what was seen, and its last log lines.
 */
export async function converge(
    model: Model,
    passwords: Passwords,
    say: Say,
    look: Look = lookThroughDocker,
    before: Pick<Receipt, "master" | "drained"> | undefined = lastReceipt(),
): Promise<Receipt> {
    const master = model.topology === "cluster" ? undefined : masterOf(model).name;
    const moved = before !== undefined && before.master !== master;
    const returned = returnedMasters(model, before?.drained);
    const desired = { ...desiredOf(model, passwords), moved, returned };
    return withConnections(passwords, async (connections) => {
        const plan = (observation: Observation) => planDeployment(desired, observation);
        const { done, observation, verified } = await proven(
            () => settle(desired, plan, connections, say, look),
            ({ observation }) => verify(treeNow(model, observation), connections),
            say,
        );
        await rewrite(model, connections, say);
        const sentences = writeRefusals(observation);
        // One that is just full may say so only when something is written.
        if (sentences.length === 0 && verified.includes(refusesWrites)) sentences.push(verified);
        report({ kind: "writeRefusals", sentences });
        const hosts = describeDraining(model, observation, true);
        if (!report({ kind: "draining", sentences: hosts })) for (const sentence of hosts) say(sentence);
        const slots = model.topology === "cluster" ? slotTable(model, observation) : undefined;
        const now = model.topology === "replication" ? masterOf(treeNow(model, observation)).name : master;
        const standIn = now === master ? undefined : now;
        return { steps: done, verified, slots, master, standIn, drained: drainedMasters(model, before?.drained) };
    });
}

/** The tree as it is to be at a moment: below the master that Sentinels agree on, or that stands in for one on a host that drains. */
const treeNow = (model: Model, observation: Observation): Model =>
    model.topology === "sentinel" ? treeUnderSentinel(model, observation) : treeWhileDraining(model, observation);

/** Connects to servers as the administrator, for as long as they are used. */
export async function withConnections<T>(
    passwords: Passwords,
    use: (connections: Connections) => Promise<T>,
): Promise<T> {
    const connections = new Connections(...administratorPasswords(passwords));
    try {
        return await use(connections);
    } finally {
        connections.close();
    }
}

/**
 * Plans and applies until the plan is empty. What fails is planned again, as long as anything moves. Returns the steps that
 * were done, in words, and what was seen last.
 */
async function settle(
    { model, replicationPassword, passwords }: Desired,
    planOf: (observation: Observation) => Plan,
    connections: Connections,
    say: Say,
    look: Look,
): Promise<{ done: string[]; observation: Observation }> {
    const done: string[] = [];
    const said = new Set<string>();
    const started = new Set<string>();
    const outages = new Outages();
    const movement = new Movement();
    const attempts = new Attempts();
    const progressLog = new ProgressLog(say);
    const { patience } = progressLog;
    let observation: Observation = [];
    const once = async (key: string, sentence: string, work: () => Promise<void>): Promise<boolean> => {
        try {
            await work();
            attempts.succeeded(key);
            return true;
        } catch (error) {
            if (progressLog.ended || !canPass(error)) throw error;
            // Another try is worth waiting for, once.
            if (attempts.failed(key, sentence, error)) patience.moved();
            return false;
        }
    };
    try {
        for (;;) {
            progressLog.goOn();
            const looked = await once("look", `${model.prefix}: look at its servers`, async () => {
                observation = outages.mark(await look(model, connections), started);
            });
            // Somebody may unpause a container while this waits.
            const paused = pausedServers(observation);
            const plan: Plan = looked && paused.length === 0 ? planOf(observation) : { steps: [], waiting: paused };
            if (plan.refused) throw new Error(sentences(`${model.prefix} cannot be converged`, plan.refused));
            if (looked && plan.steps.length === 0 && plan.waiting.length === 0) return { done, observation };

            // Where everybody answers, what is not planned any more has come about.
            if (looked && observation.every(answers)) attempts.keep(plan.steps.map(stepKey));
            const moved = looked && movement.seen(observation);
            if (moved) patience.moved();
            if (patience.isOver) throw new Error(await failure(model, plan, attempts.sentences, observation));
            progressLog.expected = [...attempts.sentences, ...plan.waiting, ...plan.steps.map(describeStep)];

            const doing = async (step: Step): Promise<boolean> => {
                const sentence = describeStep(step);
                // What has to be asked for several times is said once.
                if (!said.has(sentence)) progressLog.say(sentence);
                said.add(sentence);
                const sentinelPassword = passwords?.sentinel;
                const { say } = progressLog;
                const context = { model, observation, connections, replicationPassword, sentinelPassword, say };
                if (!(await once(stepKey(step), sentence, () => apply(step, context)))) return false;
                if (step.kind === "start") started.add(step.node);
                if (movement.did(step)) patience.moved();
                done.push(sentence);
                return true;
            };
            // A container that does not stay up is not started for ever.
            const steps = plan.steps.filter((step) => step.kind !== "start" || !started.has(step.node));
            let all = true;
            if (plan.together) all = (await Promise.all(steps.map(doing))).every(Boolean);
            // What follows a step may depend on it.
            else for (const step of steps) if (all) all = await doing(step);
            if (!all) await sleep(retryPause);
            else if (steps.length === 0 || !moved) await sleep(pause);
        }
    } finally {
        progressLog.end();
    }
}

/**
 * Has every server that answers write down whom it follows, since a handover by FAILOVER is not written by Redis itself,
 * and how it keeps its data, which an interrupted convergence may not have written down.
 */
async function rewrite(model: Model, connections: Connections, say: Say): Promise<void> {
    for (const { name, reach } of present(model)) {
        const attempts = new Attempts();
        const patience = new Patience();
        for (let written = false; !written; ) {
            try {
                const client = await connections.to(reach).catch(() => undefined);
                if (client) await logComplete(client, name, say);
                await client?.call("config", "rewrite");
                written = true;
            } catch (error) {
                if (!canPass(error)) throw error;
                attempts.failed(name, `${name}: write down whom it follows`, error);
                if (patience.isOver) throw new Error(attempts.sentences.join("\n"));
                await sleep(retryPause);
            }
        }
    }
}

/** Observes every server of a deployment. */
export type Look = (model: Model, connections: Connections) => Promise<Observation>;

/** Observes through the hosts' Engines. */
export const lookThroughDocker: Look = async (model, connections) =>
    observe(model, await Promise.all(model.hosts.map(inventory)), connections);

const sentences = (head: string, lines: string[]): string => [head, ...lines.map((line) => `  ${line}`)].join("\n");

async function failure(model: Model, plan: Plan, failed: string[], observation: Observation): Promise<string> {
    const tried = plan.steps.map(describeStep).filter((sentence) => !failed.some((one) => one.startsWith(sentence)));
    const undone = [...failed, ...plan.waiting, ...tried.map((sentence) => `${sentence}: did not last`)];
    const lines = [`${model.prefix} is not usable: nothing has moved for ${still / 1000} s`];
    const logged = new Set<string>();
    for (const sentence of undone) {
        lines.push(`  ${sentence}`);
        const server = observation.find(({ node }) => sentence.startsWith(`${node}:`));
        if (!server?.container || !isSick(server) || logged.has(server.node) || logged.size === mostLogs) continue;
        logged.add(server.node);
        lines.push(`    last log lines of ${server.container.name}:`);
        const engine = connectEngine(hostOf(model, server.host).docker);
        const log = await lastLogLines(engine, server.container.id, 5).catch((error: Error) => [error.message]);
        for (const line of log) lines.push(`      ${line}`);
    }
    return lines.join("\n");
}

const answers = ({ redis, sentinel, gone }: ServerObservation): boolean => !!(redis ?? sentinel ?? gone);

/** Whether a server's own log may say what is wrong: it does not answer, or cannot follow its master. */
function isSick(server: ServerObservation): boolean {
    const { redis, sentinel } = server;
    if (isPaused(server) || sentinel) return false;
    return redis === undefined || (redis.role === "replica" && !redis.linkUp);
}
