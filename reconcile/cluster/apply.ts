import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { busOffset } from "../../redis/model/cluster/addresses";
import { slotCount, slotsOf } from "../../redis/model/cluster/slots";
import type { Endpoint } from "../../redis/model/model";
import type { ClusterStep, TakeOverMode } from "../../redis/plan/cluster/steps";
import { ownersOf } from "../../redis/state/cluster/owners";
import { parseView } from "../../redis/state/cluster/view";
import type { Applying } from "../applying";
import { observedServer } from "../observed";
import { pipelined, tolerate } from "../redis/pipeline";
import { cancelTasks } from "./migrationTask";
import { moveSlots } from "./move";

/** Redis gives a manual failover five seconds (`CLUSTER_MF_TIMEOUT`); asked again earlier, it starts anew. */
const failoverPatience = 6_000;
/** How long a handshake with a node may take until it is known, in milliseconds: Redis tries for a second. */
const meetingPatience = 1_000;
const meetingPause = 10;
/** How long Redis may take to remove keys of slots that it gave away, in milliseconds. */
const removalPatience = 30_000;
/** Pause between two looks at a server, in milliseconds. */
const pause = 20;

/** Does one step of a cluster. Doing it again, or half of it again, ends in the same state. */
export async function applyCluster(step: ClusterStep, context: Applying): Promise<void> {
    const to = (node: string) => context.connections.to(observedServer(context, node).reach);
    switch (step.kind) {
        case "setTemporaryTimeout":
            await (await to(step.node)).config("SET", "cluster-node-timeout", step.timeout);
            return;
        case "claim": {
            const client = await to(step.node);
            // Refused once it knows another node; distinct epochs then come about by themselves.
            if (step.epoch !== undefined) {
                await tolerate(client.call("cluster", "set-config-epoch", String(step.epoch)), /^ERR .*epoch/i);
            }
            const ranges = step.slots.flatMap(({ from, to }) => [String(from), String(to)]);
            await tolerate(client.call("cluster", "addslotsrange", ...ranges), /already busy/);
            return;
        }
        case "meet":
            await pipelined(
                await to(step.node),
                step.others.map(({ endpoint }) => ["cluster", "meet", ...meeting(endpoint)]),
            );
            return;
        case "replicate":
            return replicate(await to(step.node), step.masterId);
        case "takeOver":
            return takeOver(await to(step.node), step.mode);
        case "move":
            return moveSlots(step, context);
        case "settle": {
            const client = await to(step.node);
            await pipelined(
                client,
                step.slots.map((slot) => ["cluster", "setslot", String(slot), "stable"]),
            );
            return;
        }
        case "reclaim":
            return reclaim(await to(step.node), context);
        case "forget":
            return forget(step.id, await Promise.all(step.by.map(to)));
        case "release":
            await (await to(step.node)).call("cluster", "reset", "soft");
            return;
        case "retire": {
            const client = await to(step.node);
            // What an interrupted run began may still bring slots here; those are seen by the next look.
            await cancelTasks(client);
            const { self } = parseView((await client.cluster("NODES")) as string, "");
            if (self.slots.length > 0) return;
            const keys = self.flags.includes("master") ? await keysLeft(client) : 0;
            if (keys > 0) {
                throw new Error(`${step.node}: expected to be empty before it leaves the cluster, seen ${keys} keys`);
            }
            await forget(step.id, await Promise.all(step.by.map(to)));
            // A new id, so that a kept volume does not bring a node back that others have forgotten.
            await client.call("cluster", "reset", "hard");
            return;
        }
    }
}

/** Has a server take in the slots of the keys that it holds, from their owners. */
async function reclaim(client: Redis, { observation }: Applying): Promise<void> {
    const views = observation.flatMap(({ redis }) => (redis?.cluster ? [redis.cluster] : []));
    const owners = ownersOf(views);
    const counts = await pipelined(
        client,
        Array.from({ length: slotCount }, (_, slot) => ["cluster", "countkeysinslot", String(slot)]),
    );
    const own = String(await client.call("cluster", "myid"));
    const open = [...owners.counts.keys()]
        .filter((id) => id !== own)
        .flatMap((id) =>
            slotsOf(owners.slotsOf(id))
                .filter((slot) => Number(counts[slot]) > 0)
                .map((slot) => ["cluster", "setslot", String(slot), "importing", id]),
        );
    await pipelined(client, open);
}

/** The keys of a master without slots, once Redis has had time to remove those that it gave away (since 8.4). */
async function keysLeft(client: Redis): Promise<number> {
    const deadline = Date.now() + removalPatience;
    for (;;) {
        const keys = await client.dbsize();
        if (keys === 0 || Date.now() > deadline) return keys;
        await sleep(pause);
    }
}

function meeting({ host, port }: Endpoint): string[] {
    return [host, String(port), String(port + busOffset)];
}

async function forget(id: string, clients: Redis[]): Promise<void> {
    // Whoever replicates it by now is no reason to end: the next look tells what is left to do.
    const harmless = /Unknown node|forget my master/i;
    await Promise.all(clients.map((client) => tolerate(client.call("cluster", "forget", id), harmless)));
}

/** Has a server replicate a master that it knows or is just meeting; what it is not ready for is planned again. */
async function replicate(client: Redis, masterId: string): Promise<void> {
    const deadline = Date.now() + meetingPatience;
    for (;;) {
        try {
            return await tolerate(client.call("cluster", "replicate", masterId), /only replicate a master/);
        } catch (error) {
            if (!/Unknown node/.test((error as Error).message)) throw error;
            if (Date.now() > deadline) return;
        }
        await sleep(meetingPause);
    }
}

/** Makes a replica the master and waits until it is, or until Redis has given up. */
async function takeOver(client: Redis, mode: TakeOverMode): Promise<void> {
    const option = mode === "graceful" ? [] : [mode];
    // It may be the master by now, or its master may just be failing: the next look tells.
    await tolerate(client.call("cluster", "failover", ...option), /only to a replica|slave|Master is down/i);
    const deadline = Date.now() + failoverPatience;
    while (Date.now() < deadline) {
        const [role] = (await client.call("role")) as [string];
        if (role === "master") return;
        await sleep(pause);
    }
}
