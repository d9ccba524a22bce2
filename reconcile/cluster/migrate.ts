import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { slotsOf } from "../../redis/model/cluster/slots";
import type { Endpoint } from "../../redis/model/model";
import type { ServerObservation } from "../../redis/state/observation";
import type { Applying } from "../applying";
import { clusterIdOf, observedServer } from "../observed";
import { pipelined } from "../redis/pipeline";
import type { Move, Progress } from "./progress";

/** Slots that are open at the same time. More are faster and make clients wait longer. */
const batch = 32;
/** Most keys asked for, and sent, at once. */
const mostKeys = 200;
/** What one round of MIGRATE should take at most, in milliseconds: both servers serve nobody meanwhile. */
const round = 10;
/**
 * MIGRATE's own timeout in milliseconds; keys that take longer are tried again with four times as much. The first is less
 * than any sensible `cluster-node-timeout`: the source answers nobody meanwhile.
 */
const firstTimeout = 1_000;
const lastTimeout = 256_000;
/** What MIGRATE says of a target that is slow, or that has lost sight of the cluster for a moment. */
const mayPass = /^IOERR|CLUSTERDOWN/;
/** What servers say when a slot is not where it was: an interrupted run went on for a moment, or a replica took over. */
const changed = /already the owner|not the owner of hash slot|only with masters|is not a master/i;

interface Moving {
    source: Redis;
    target: Redis;
    /** The other masters: they may stand still, and nothing waits for them. */
    others: (() => Promise<Redis>)[];
    sourceId: string;
    targetId: string;
    to: Endpoint;
    password: string;
    /**
     * Slots that nobody owns as far as the target knows, which takes no keys then: they were left open while another server took
     * the source's place, and Redis changes no owner of a slot that is open.
     */
    ownerless: ReadonlySet<number>;
    /** Keys of one round, adapted to how long rounds take. */
    keysPerRound: number;
}

/**
 * Moves slots key by key. Clients are sent after a key that has moved already (ASK), so that nobody sees one missing; a
 * slot changes its owner when the source holds none of its keys any more. Ends early when slots turn out to be elsewhere.
 */
export async function moveBySlot({ from, to, slots }: Move, context: Applying, progress: Progress): Promise<void> {
    const { connections, observation } = context;
    const [giver, taker] = [observedServer(context, from), observedServer(context, to)];
    const others = observation.filter(
        ({ redis, node }) => node !== from && node !== to && redis?.cluster?.self.flags.includes("master"),
    );
    // Connections of its own: a large key takes longer than other answers may, and others may be moving some as well.
    const open = ({ reach }: ServerObservation) => connections.patient(reach, lastTimeout * 2);
    const ends = [open(giver), open(taker)] as const;
    const clients = (await Promise.allSettled(ends)).flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
    try {
        const [source, target] = await Promise.all(ends);
        const moving: Moving = {
            source,
            target,
            others: others.map(
                ({ reach }) =>
                    () =>
                        connections.to(reach),
            ),
            sourceId: clusterIdOf(giver),
            targetId: clusterIdOf(taker),
            to: taker.announce,
            password: connections.password,
            ownerless: ownerlessFor(taker, slots),
            keysPerRound: 50,
        };
        for (let at = 0; at < slots.length; at += batch) {
            const part = slots.slice(at, at + batch);
            progress(part.length, await moveBatch(moving, part));
        }
    } catch (error) {
        // What is left open is closed, or goes on, by the next look.
        if (!changed.test((error as Error).message)) throw error;
    } finally {
        for (const client of clients) client.disconnect();
    }
}

function ownerlessFor({ redis }: ServerObservation, slots: number[]): ReadonlySet<number> {
    if (!redis?.cluster) return new Set();
    const { self, others } = redis.cluster;
    const owned = new Set(slotsOf([self, ...others].flatMap((node) => node.slots)));
    return new Set(slots.filter((slot) => !owned.has(slot)));
}

/** Moves a few slots that are open together; returns how many keys went. */
async function moveBatch(moving: Moving, slots: number[]): Promise<number> {
    const { source, target, others, sourceId, targetId } = moving;
    const open = (state: string, id: string, among = slots) =>
        among.map((slot) => ["cluster", "setslot", String(slot), state, id]);
    // The target first: a client sent there by the source must find the door open.
    await pipelined(target, open("importing", sourceId));
    await pipelined(source, open("migrating", targetId));
    const ownerless = slots.filter((slot) => moving.ownerless.has(slot));
    await pipelined(target, open("node", sourceId, ownerless));
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
    // The new owner has told them; one that stands still hears it when it goes on.
    await Promise.allSettled(others.map(async (other) => pipelined(await other(), owned)));
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
        await bePatient(moving, timeout * 8);
        await sleep(1000);
        left = failed.flatMap(({ keys }) => keys.map((key) => [key]));
    }
}

/**
 * Lets masters be silent for so many milliseconds before others take them for dead: a large key silences both ends of its
 * way. The next look finds that `cluster-node-timeout` is not as declared and sets it back.
 */
async function bePatient({ source, target, others }: Moving, timeout: number): Promise<void> {
    const wait = (client: Redis) => client.config("SET", "cluster-node-timeout", timeout);
    const informed = Promise.allSettled(others.map(async (other) => wait(await other())));
    await Promise.all([wait(source), wait(target), informed]);
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
