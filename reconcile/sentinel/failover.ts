import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { at } from "../../redis/model/endpoint";
import type { ServerObservation } from "../../redis/state/observation";
import type { Applying } from "../applying";
import { observedServer } from "../observed";
import type { Connections } from "../redis/connections";
import { fieldOf, parseInfo } from "../redis/info";
import { readSentinel } from "./read";

/** How long writes may be held, in milliseconds. Redis lets them through after that by itself. */
const hold = 10_000;
/** How long Sentinels may take to see what changed, in milliseconds: they ask servers every 10 s by themselves. */
const patience = 15_000;
/** How long a successor that came back with less may take to receive everything again, in milliseconds. */
const feeding = 60_000;
/** Pause between two looks, in milliseconds. */
const pause = 20;
/** The priority by which Sentinel is steered: lower is preferred, Redis's own is 100, and 0 is never promoted. */
const preferred = 1;

/** The leader's `down-after-milliseconds` for the moment of a failover; convergence sets what is declared, should this be killed. */
const downAfter = 86_400_000;

/**
 * Has Sentinel promote a given server while the master holds its writes, so that none is lost: `SENTINEL FAILOVER` alone
 * leaves the old master writable for seconds. Held writes were never executed, and are sent again by their clients, which
 * are cut off once every Sentinel names the new master. Writes are held as long as Sentinel may promote: on a slow machine
 * longer than usual.
 */
export async function sentinelFailover({ from, to }: { from: string; to: string }, context: Applying): Promise<void> {
    const { connections, model, observation } = context;
    const [oldServer, newServer] = [observedServer(context, from), observedServer(context, to)];
    const ask: Ask = (server, ...command) =>
        persistent(async () => (await connections.to(server.reach)).call(...command));
    const info = async (server: ServerObservation, field: string) =>
        fieldOf(parseInfo(String(await ask(server, "info", "replication"))), field);
    const answering = observation.filter(({ declared, sentinel }) => declared && sentinel?.watch);
    if (!model.watch) throw new Error("no master is declared that Sentinels watch");
    const { name } = model.watch;
    // A Sentinel that fails over names the new master to GET-MASTER-ADDR-BY-NAME at once, but lists the old one in MASTERS
    // until every replica has followed, a second later. By that list redis-py looks, at the first Sentinel that answers.
    const leader = answering.at(-1);
    if (!leader) throw new Error("no Sentinel answers that could change the roles");

    const run = await runOf(newServer, ask);
    const priority = ((await ask(newServer, "config", "get", "replica-priority")) as string[])[1] ?? "100";
    await ask(newServer, "config", "set", "replica-priority", String(preferred));
    const undo = async () => {
        const declared = model.watch?.["down-after-milliseconds"];
        if (declared) await ask(leader, "sentinel", "set", name, "down-after-milliseconds", String(declared));
        await ask(newServer, "config", "set", "replica-priority", priority);
        await ask(oldServer, "client", "kill", "type", "normal", "skipme", "yes");
        await ask(oldServer, "client", "unpause");
        await pollAsUsual(leader, ask);
    };
    // Another update may hand over just now. What it holds stays held: it undoes that itself.
    let isAnothers = false;
    try {
        await pollOften(leader, ask);
        await until(`${to} preferred by Sentinel`, patience, async () => {
            const replicas = (await readSentinel(await connections.to(leader.reach))).watch?.replicas ?? [];
            return replicas.some(
                ({ endpoint, priority }) => at(endpoint) === at(newServer.announce) && priority === preferred,
            );
        });
        await ask(oldServer, "client", "pause", String(hold), "write");
        const offset = Number(await info(oldServer, "master_repl_offset"));
        await until(`${to} to have everything`, hold / 2, async () => {
            return Number(await info(newServer, "slave_repl_offset")) >= offset;
        });
        // Sentinel promotes nobody whose link was down for ten times this: for long after the master has come up empty.
        await ask(leader, "sentinel", "set", name, "down-after-milliseconds", String(downAfter));
        // One that came back meanwhile may have nothing, and the others would follow it.
        if ((await runOf(newServer, ask)) !== run) throw new Error(`${to} started anew before it was promoted`);
        await ask(leader, "sentinel", "failover", name).catch(async (error) => {
            isAnothers = await isFailingOver(leader, connections);
            throw error;
        });
        const holdOn = () =>
            quickly(oldServer, connections, (client) => client.call("client", "pause", String(hold), "write"));
        const isMaster = async () => {
            await holdOn();
            const seen = await quickly(newServer, connections, (client) => client.info("replication"));
            return seen !== undefined && fieldOf(parseInfo(seen), "role") === "master";
        };
        // For so long Sentinel may still promote: what the old master took meanwhile would be lost.
        const mayPromote = (model.watch?.["failover-timeout"] ?? 0) + patience;
        await until(`${to} promoted by Sentinel`, mayPromote, async () => {
            const mayCome = await isFailingOver(leader, connections);
            if (await isMaster()) return true;
            if (mayCome) return false;
            throw new Error(`expected ${to} promoted by Sentinel, seen it give up`);
        });
        // It may have ended just now, and load what its disk has: until then it can be told nothing.
        await until(`${to} to have loaded its data`, feeding, async () => {
            await holdOn();
            const seen = await quickly(newServer, connections, (client) => client.info("persistence"));
            return seen !== undefined && fieldOf(parseInfo(seen), "loading") === "0";
        });
        if ((await runOf(newServer, ask)) !== run) await feedAgain(oldServer, newServer, ask);
        const { host, port } = newServer.announce;
        await ask(oldServer, "replicaof", host, String(port));
        await ask(oldServer, "config", "rewrite");
        await until("every Sentinel to name the new master", patience, async () => {
            const named = await Promise.all(
                answering.map((sentinel) => ask(sentinel, "sentinel", "get-master-addr-by-name", name)),
            );
            return named.every((reply) => (reply as string[]).join(" ") === `${host} ${port}`);
        });
    } finally {
        if (!isAnothers) await undo();
    }
}

/** Which process a server is. */
async function runOf(server: ServerObservation, ask: Ask): Promise<string> {
    return fieldOf(parseInfo(String(await ask(server, "info", "server"))), "run_id");
}

/**
 * The successor ended while it was promoted, and came back with what its disk had, or with nothing: Sentinel promotes that all
 * the same. The old master still has everything, so it gives it again, and the successor is made the master again.
 */
async function feedAgain(oldServer: ServerObservation, newServer: ServerObservation, ask: Ask): Promise<void> {
    const info = async (server: ServerObservation) => parseInfo(String(await ask(server, "info", "replication")));
    if (fieldOf(await info(oldServer), "role") !== "master") return;
    const { host, port } = oldServer.announce;
    await ask(newServer, "replicaof", host, String(port));
    await until(`${newServer.node} to have everything again`, feeding, async () => {
        await ask(oldServer, "client", "pause", String(hold), "write");
        const [master, replica] = [await info(oldServer), await info(newServer)];
        if (fieldOf(replica, "master_link_status") !== "up") return false;
        if (fieldOf(master, "master_replid") !== fieldOf(replica, "master_replid")) return false;
        return Number(fieldOf(replica, "slave_repl_offset")) >= Number(fieldOf(master, "master_repl_offset"));
    });
    if (fieldOf(await info(oldServer), "role") !== "master") throw new Error(`${oldServer.node} is no master any more`);
    await ask(newServer, "replicaof", "no", "one");
    await ask(newServer, "config", "rewrite");
}

/** Whether a Sentinel may be about to promote somebody; one that does not answer may. */
async function isFailingOver(sentinel: ServerObservation, connections: Connections): Promise<boolean> {
    const seen = await quickly(sentinel, connections, readSentinel);
    return seen?.watch?.flags.includes("failover_in_progress") ?? true;
}

/** What a server answers, asked once; undefined when it does not. */
function quickly<T>(
    { reach }: ServerObservation,
    connections: Connections,
    ask: (client: Redis) => Promise<T>,
): Promise<T | undefined> {
    return connections
        .to(reach)
        .then(ask)
        .catch(() => undefined);
}

/** How often a command is sent again whose connection was cut. */
const attempts = 5;

/** Sentinel cuts off the clients of every server that it reconfigures, this program among them. */
async function persistent(command: () => Promise<unknown>): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
        try {
            return await command();
        } catch (error) {
            // What Redis itself refuses stays refused.
            if ((error as Error).name === "ReplyError" || attempt === attempts) throw error;
            await sleep(pause);
        }
    }
}

type Ask = (server: ServerObservation, ...command: [string, ...string[]]) => Promise<unknown>;

/** Has a Sentinel ask servers five times a second for a while, where it can be told (from Redis 7.0 on). */
async function pollOften(sentinel: ServerObservation, ask: Ask): Promise<void> {
    await ask(sentinel, "sentinel", "debug", "info-period", "200").catch(() => undefined);
}

/** Back to what Sentinel does by itself. */
async function pollAsUsual(sentinel: ServerObservation, ask: Ask): Promise<void> {
    await ask(sentinel, "sentinel", "debug", "info-period", "10000").catch(() => undefined);
}

async function until(what: string, patience: number, there: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + patience; !(await there()); await sleep(pause)) {
        if (Date.now() > deadline) throw new Error(`expected ${what} within ${patience / 1000} s`);
    }
}
