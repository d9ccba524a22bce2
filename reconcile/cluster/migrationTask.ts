import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { rangesOf } from "../../redis/model/cluster/slots";
import { pipelined } from "../redis/pipeline";
import type { Move, Progress } from "./progress";

/** Slots of one task. Each begins with a fork of the source, and what fails is copied anew as a whole. */
const slotsPerTask = 1_024;
/** How often a task may fail before it is given up. Redis tries again by itself. */
const mostFailures = 30;
/** Pause between two looks at a task, in milliseconds. */
const pause = 20;
/** What a server says that has another task, as source or as target: it does one at a time. */
const busy = /already in progress|overlapping import/i;
/** What it says when the slots are not where they were: a task of an interrupted run went on, or a replica took over. */
const changed = /already the owner|different source nodes|no owner|not allowed on replica|must be STABLE/i;

/** Whether a server can move slots by itself, by tasks (CLUSTER MIGRATION, Redis 8.4). */
export async function hasTasks(client: Redis): Promise<boolean> {
    const [known] = (await client.call("command", "info", "cluster|migration")) as unknown[];
    return known !== null;
}

/**
 * Has the target fetch slots and their keys: a snapshot, what is written meanwhile, and a pause of writes of a few
 * milliseconds for the handover. Ends early when the slots turn out to be elsewhere: the next look tells what is left.
 */
export async function doTasks(
    { from, to, slots }: Move,
    source: Redis,
    target: Redis,
    progress: Progress,
): Promise<void> {
    for (let at = 0; at < slots.length; at += slotsPerTask) {
        const part = slots.slice(at, at + slotsPerTask);
        const complete = await inTurn([source, target], async () => {
            const keys = await countKeys(source, part);
            const id = await start(target, part);
            if (id === undefined || !(await completes(target, id, () => progress(0, 0)))) return false;
            progress(part.length, keys);
            return true;
        }).catch((error: Error) => {
            throw new Error(`${to}: expected to take over ${part.length} slots of ${from}, seen ${error.message}`);
        });
        if (!complete) return;
    }
}

async function countKeys(source: Redis, slots: number[]): Promise<number> {
    const commands = slots.map((slot) => ["cluster", "countkeysinslot", String(slot)]);
    const counts = (await pipelined(source, commands)) as number[];
    return counts.reduce((sum, count) => sum + count, 0);
}

/** Ends what a server has begun to fetch or to give. */
export async function cancelTasks(client: Redis): Promise<void> {
    if (await hasTasks(client)) await client.call("cluster", "migration", "cancel", "all");
}

/** Starts a task as soon as the server has no other. Returns its id; undefined when the slots are elsewhere now. */
async function start(target: Redis, slots: number[]): Promise<string | undefined> {
    const ranges = rangesOf(slots).flatMap(({ from, to }) => [String(from), String(to)]);
    for (;;) {
        try {
            return (await target.call("cluster", "migration", "import", ...ranges)) as string;
        } catch (error) {
            const { message } = error as Error;
            if (changed.test(message)) return undefined;
            if (!busy.test(message)) throw error;
        }
        await sleep(pause);
    }
}

/** Waits for a task; false when it was cancelled. Gives one up that fails again and again, and throws why it does. */
async function completes(target: Redis, id: string, waiting: () => void): Promise<boolean> {
    let failures = 0;
    for (let retries = 0; ; await sleep(pause)) {
        const task = await statusOf(target, id);
        if (!task) throw new Error("a restart in the middle");
        if (task.state === "completed") return true;
        if (task.state === "canceled") return false;
        waiting();
        if (task.retries === retries || busy.test(task.error)) continue;
        retries = task.retries;
        failures++;
        if (failures <= mostFailures) continue;
        await target.call("cluster", "migration", "cancel", "id", id);
        throw new Error(task.error);
    }
}

async function statusOf(target: Redis, id: string) {
    const [fields] = (await target.call("cluster", "migration", "status", "id", id)) as (string | number)[][];
    if (!fields) return undefined;
    const field = (name: string) => fields[fields.indexOf(name) + 1] ?? "";
    return { state: String(field("state")), error: String(field("last_error")), retries: Number(field("retries")) };
}

/** What is being done with a server, by the one connection that this program has to it. */
const running = new Map<Redis, Promise<unknown>>();

/** Works when nothing else of this program works on the same servers. */
async function inTurn<T>(servers: Redis[], work: () => Promise<T>): Promise<T> {
    for (;;) {
        const before = servers.flatMap((server) => running.get(server) ?? []);
        if (before.length === 0) break;
        await Promise.allSettled(before);
    }
    const mine = work();
    for (const server of servers) running.set(server, mine);
    try {
        return await mine;
    } finally {
        for (const server of servers) running.delete(server);
    }
}
