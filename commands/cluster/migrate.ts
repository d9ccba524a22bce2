import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Endpoint } from "../../redis/model";
import type { Applying } from "../apply";
import { serverOf } from "../observed";
import { pipelined } from "../redis/pipeline";

/** Slots that are open at the same time. More are faster and make clients wait longer. */
const batch = 32;
/** Most keys asked for, and sent, at once. */
const mostKeys = 200;
/** What one round of MIGRATE should take at most, in milliseconds: both servers serve nobody meanwhile. */
const round = 10;
/** MIGRATE's own timeout in milliseconds; keys that take longer are tried again with four times as much. */
const firstTimeout = 5_000;
const lastTimeout = 320_000;
/** What MIGRATE says of a target that is slow, or that has lost sight of the cluster for a moment. */
const mayPass = /^IOERR|CLUSTERDOWN/;
/** Time between two lines of progress, in milliseconds. */
const progressEvery = 2_000;

interface Moving {
    source: Redis;
    target: Redis;
    others: Redis[];
    sourceId: string;
    targetId: string;
    to: Endpoint;
    password: string;
    /** Keys of one round, adapted to how long rounds take. */
    keysPerRound: number;
}

/**
 * Moves slots with their keys. Clients are sent after a key that has moved already (ASK), so that nobody sees one
 * missing; a slot changes its owner when the source holds none of its keys any more. Interrupted anywhere, it can be done
 * again.
 */
export async function moveSlots(step: { from: string; to: string; slots: number[] }, context: Applying): Promise<void> {
    const { connections, observation, say } = context;
    const from = serverOf(context, step.from);
    const to = serverOf(context, step.to);
    const others = observation.filter(
        ({ redis, node }) => node !== step.from && node !== step.to && redis?.cluster?.self.flags.includes("master"),
    );
    // Connections of its own: a large key takes longer than other answers may.
    const source = await connections.patient(from.reach, lastTimeout * 2);
    const target = await connections.patient(to.reach, lastTimeout * 2);
    try {
        const moving: Moving = {
            source,
            target,
            others: await Promise.all(others.map(({ reach }) => connections.to(reach))),
            sourceId: from.redis?.cluster?.id ?? "",
            targetId: to.redis?.cluster?.id ?? "",
            to: to.announce,
            password: connections.password,
            keysPerRound: 50,
        };
        const began = Date.now();
        let keys = 0;
        let told = began;
        for (let at = 0; at < step.slots.length; at += batch) {
            const slots = step.slots.slice(at, at + batch);
            keys += await moveBatch(moving, slots);
            if (Date.now() - told < progressEvery) continue;
            told = Date.now();
            const done = at + slots.length;
            const seconds = (told - began) / 1000;
            const left = Math.ceil((seconds / done) * (step.slots.length - done));
            const rate = Math.round(keys / seconds);
            say(
                `${step.from}: ${done} of ${step.slots.length} slots moved to ${step.to}, ${rate} keys/s, about ${left} s left`,
            );
        }
    } finally {
        source.disconnect();
        target.disconnect();
    }
}

/** Moves a few slots that are open together; returns how many keys went. */
async function moveBatch(moving: Moving, slots: number[]): Promise<number> {
    const { source, target, others, sourceId, targetId } = moving;
    const open = (state: string, id: string) => slots.map((slot) => ["cluster", "setslot", String(slot), state, id]);
    // The target first: a client sent there by the source must find the door open.
    await pipelined(target, open("importing", sourceId));
    await pipelined(source, open("migrating", targetId));
    let moved = 0;
    for (let left = slots; left.length > 0; ) {
        const asked = left.map((slot) => ["cluster", "getkeysinslot", String(slot), String(mostKeys)]);
        const found = (await pipelined(source, asked)) as string[][];
        for (const keys of rounds(found, () => moving.keysPerRound)) {
            await send(moving, keys);
            moved += keys.flat().length;
        }
        left = left.filter((_, index) => found[index]?.length === mostKeys);
    }
    // The target first here too: killed in between, the slot has an owner.
    const owned = open("node", targetId);
    await pipelined(target, owned);
    await pipelined(source, owned);
    await Promise.all(others.map((client) => pipelined(client, owned)));
    return moved;
}

/** Keys by slot, in rounds of at most so many keys; a MIGRATE takes keys of one slot only. */
function* rounds(bySlot: string[][], most: () => number): Generator<string[][]> {
    let current: string[][] = [];
    let room = most();
    for (const keys of bySlot) {
        for (let at = 0; at < keys.length; ) {
            const part = keys.slice(at, at + room);
            at += part.length;
            room -= part.length;
            current.push(part);
            if (room > 0) continue;
            yield current;
            current = [];
            room = most();
        }
    }
    if (current.length > 0) yield current;
}

/** Sends keys of several slots in one round trip, and what did not arrive again with more time. */
async function send(moving: Moving, bySlot: string[][]): Promise<void> {
    let left = bySlot;
    for (let timeout = firstTimeout; ; timeout *= 4) {
        const began = performance.now();
        const replies = (await moving.source.pipeline(left.map((keys) => migrate(moving, keys, timeout))).exec()) ?? [];
        adapt(moving, performance.now() - began, left.flat().length);
        const failed = replies.flatMap(([error], index) => (error ? [{ error, keys: left[index] ?? [] }] : []));
        const [first] = failed;
        if (!first) return;
        if (timeout >= lastTimeout || !failed.every(({ error }) => mayPass.test(error.message))) throw first.error;
        await sleep(1000);
        left = failed.flatMap(({ keys }) => keys.map((key) => [key]));
    }
}

/** REPLACE: as long as the source has a key, clients use that one; another can only be half of an interrupted move. */
function migrate({ to, password }: Moving, keys: string[], timeout: number): string[] {
    const auth = ["AUTH2", "administrator", password];
    return ["migrate", to.host, String(to.port), "", "0", String(timeout), "REPLACE", ...auth, "KEYS", ...keys];
}

function adapt(moving: Moving, took: number, keys: number): void {
    if (took > round) moving.keysPerRound = Math.max(1, Math.floor(Math.min(moving.keysPerRound, keys) / 2));
    else if (took < round / 2) moving.keysPerRound = Math.min(mostKeys, moving.keysPerRound * 2);
}
