import { setTimeout as sleep } from "node:timers/promises";
import { slotTable } from "../redis/cluster/slotTable";
import { hostOf, type Model, masterOf, present } from "../redis/model";
import type { Observation } from "../redis/observation";
import { type Plan, planDeployment, type Step, words } from "../redis/plan";
import { treeUnderSentinel } from "../redis/sentinel/plan";
import type { Desired } from "../redis/servers";
import { aclUsers, type Passwords } from "../redis/users";
import { apply } from "./apply";
import { connectEngine, lastLogLines } from "./docker/engine";
import { survey } from "./docker/survey";
import { observe } from "./observe";
import { Outages } from "./outages";
import { Connections } from "./redis/connection";
import { verify } from "./verify";

/** Convergence gives up when nothing has moved for this long, in milliseconds. */
const patience = 30_000;
/** Pause between two looks while something comes by itself, in milliseconds. */
const pause = 50;

/** What was applied, for the state of the stack. */
export interface Receipt {
    steps: string[];
    verified: string;
    /** Of a cluster: the slots of each shard, by its declared master. */
    slots?: Record<string, string>;
    /** The declared master, by which a later convergence knows that it was moved; absent of clusters. */
    master?: string;
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

type Say = (line: string) => void;

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
    before: Pick<Receipt, "master"> | undefined = lastReceipt(),
): Promise<Receipt> {
    const master = model.topology === "cluster" ? undefined : masterOf(model).name;
    const moved = before !== undefined && before.master !== master;
    const desired = { ...desiredOf(model, passwords), moved };
    return withConnections(passwords, async (connections) => {
        const plan = (observation: Observation) => planDeployment(desired, observation);
        const { done, observation } = await settle(desired, plan, connections, say, look);
        const tree = model.topology === "sentinel" ? treeUnderSentinel(model, observation) : model;
        const verified = await verify(tree, connections);
        say(verified);
        await rewrite(model, connections);
        const slots = model.topology === "cluster" ? slotTable(model, observation) : undefined;
        return { steps: [...new Set(done)], verified, slots, master };
    });
}

async function withConnections<T>(passwords: Passwords, use: (connections: Connections) => Promise<T>): Promise<T> {
    const connections = new Connections(passwords.administrator ?? "");
    try {
        return await use(connections);
    } finally {
        connections.close();
    }
}

/** Plans and applies until the plan is empty. Returns the steps that were done, in words, and what was seen last. */
async function settle(
    { model, replicationPassword, passwords }: Desired,
    planOf: (observation: Observation) => Plan,
    connections: Connections,
    say: Say,
    look: Look,
): Promise<{ done: string[]; observation: Observation }> {
    const done: string[] = [];
    const started = new Set<string>();
    const outages = new Outages();
    let lastSeen = "";
    let deadline = Date.now() + patience;
    for (;;) {
        const observation = outages.mark(await look(model, connections), started);
        const plan = planOf(observation);
        if (plan.refused) throw new Error(sentences(`${model.prefix} cannot be converged`, plan.refused));
        // A container that does not stay up is not started for ever.
        const steps = plan.steps.filter((step) => step.kind !== "start" || !started.has(step.node));
        if (plan.steps.length === 0 && plan.waiting.length === 0) return { done, observation };

        const seen = progress(plan, observation);
        const moved = seen !== lastSeen;
        if (moved) deadline = Date.now() + patience;
        lastSeen = seen;
        if (Date.now() > deadline) throw new Error(await failure(model, plan, observation));

        const doing = async (step: Step) => {
            const sentence = words(step);
            // What has to be asked for several times is told once.
            if (!done.includes(sentence) || !plan.together) say(sentence);
            if (step.kind === "start") started.add(step.node);
            const sentinelPassword = passwords?.sentinel;
            await apply(step, { model, observation, connections, replicationPassword, sentinelPassword, say });
            done.push(sentence);
        };
        if (plan.together) await Promise.all(steps.map(doing));
        else for (const step of steps) await doing(step);
        if (steps.length === 0 || !moved) await sleep(pause);
    }
}

/**
 * Has every server that answers write down whom it follows: a handover by FAILOVER is not written by Redis itself. In a
 * cluster nodes.conf is.
 */
async function rewrite(model: Model, connections: Connections): Promise<void> {
    if (model.topology === "cluster") return;
    for (const { reach } of present(model)) {
        const client = await connections.to(reach).catch(() => undefined);
        await client?.call("config", "rewrite");
    }
}

/** Observes every server of a deployment. */
export type Look = (model: Model, connections: Connections) => Promise<Observation>;

/** Observes through the hosts' Engines. */
export const lookThroughDocker: Look = async (model, connections) =>
    observe(model, await Promise.all(model.hosts.map(survey)), connections);

const sentences = (head: string, lines: string[]): string => [head, ...lines.map((line) => `  ${line}`)].join("\n");

/** Changes whenever something moves, also inside a long synchronisation or load. */
function progress(plan: Plan, observation: Observation): string {
    const amounts = observation.map(({ redis }) => [redis?.syncBytesLeft, redis?.loadedBytes]);
    return JSON.stringify([plan, amounts]);
}

async function failure(model: Model, plan: Plan, observation: Observation): Promise<string> {
    const undone = [...plan.steps.map((step) => `${words(step)}: did not last`), ...plan.waiting];
    const lines = [`${model.prefix} is not usable: nothing has moved for ${patience / 1000} s`];
    for (const sentence of undone) lines.push(`  ${sentence}`);
    for (const { node, host, container } of observation) {
        if (!container || !undone.some((sentence) => sentence.startsWith(`${node}:`))) continue;
        lines.push(`  last log lines of ${container.name} (${container.status}):`);
        const engine = connectEngine(hostOf(model, host).docker);
        const log = await lastLogLines(engine, container.id, 5).catch((error: Error) => [error.message]);
        for (const line of log) lines.push(`    ${line}`);
    }
    return lines.join("\n");
}
