import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { slotCount, slotsOf, tagIn } from "../../redis/model/cluster/slots";
import { type Model, type NodeModel, present } from "../../redis/model/model";
import { ownersOf } from "../../redis/state/cluster/owners";
import { parseView } from "../../redis/state/cluster/view";
import type { Connections } from "../redis/connections";
import { pipelined } from "../redis/pipeline";
import { refusal } from "../refusal";

const probeSeconds = 60;
/** How long a write may take to reach a replica, in milliseconds. */
const patience = 10_000;
const pause = 20;

/**
 * Proves that a cluster is usable: every master takes a write to one of its slots, its replicas have it, every node
 * sends a client that asks for it to that master, and all 16384 slots have a master.
 *
 * @returns what was seen, in a sentence.
 * @throws what was expected and seen instead. It may pass by itself: roles, links and views change after a look.
 */
export async function verifyCluster(model: Model, connections: Connections): Promise<string> {
    const nodes = await Promise.all(
        present(model).map(async (node) => {
            const client = await connections.to(node.reach);
            const [nodesText, infoText] = await pipelined(client, [
                ["cluster", "nodes"],
                ["cluster", "info"],
            ]);
            return { node, client, view: parseView(nodesText as string, infoText as string) };
        }),
    );
    const owners = ownersOf(nodes.map(({ view }) => view));
    const covered = nodes.reduce((sum, { view }) => sum + (owners.counts.get(view.id) ?? 0), 0);
    if (covered !== slotCount) {
        throw new Error(`expected ${slotCount} slots with a master each, seen ${slotCount - covered} without one`);
    }
    const masters = nodes.filter(({ view }) => owners.counts.has(view.id));
    const refused = await Promise.all(
        masters.map(async ({ node, client, view }) => {
            const tag = tagIn(new Set(slotsOf(owners.slotsOf(view.id))));
            const key = `redis-on-docker:probe:{${tag}}`;
            const value = `${Date.now()}-${process.pid}`;
            const replicas = nodes.filter(({ view: { self } }) => self.replicaOf === view.id);
            const answer = await client.set(key, value, "EX", probeSeconds).catch((error: Error) => error.message);
            if (answer !== "OK") return refusal(model, node, othersOfShard(model, node), `${answer}`);
            try {
                await Promise.all(replicas.map((replica) => readBack(replica.node, replica.client, key, value)));
                const address = `${node.announce.host}:${node.announce.port}`;
                const others = nodes.filter(({ node: other }) => other !== node);
                await Promise.all(others.map((other) => redirects(other.node, other.client, key, address)));
            } finally {
                // It goes by itself as well; why the proof failed says more than why this does.
                await client.del(key).catch(() => undefined);
            }
            return undefined;
        }),
    );
    const sentence = refused.filter(Boolean).join("; ");
    const count = `${masters.length} masters share ${slotCount} slots`;
    return sentence || `${count}, each takes writes, its replicas have them, and every node shows the way`;
}

/** The declared servers that hold the same slots. */
function othersOfShard({ nodes }: Model, node: NodeModel): NodeModel[] {
    const shardOf = ({ name, replicaOf }: NodeModel) => replicaOf ?? name;
    return nodes.filter((other) => other.name !== node.name && shardOf(other) === shardOf(node));
}

async function readBack(node: NodeModel, client: Redis, key: string, value: string): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
        const [, seen, normal] = (await client.pipeline([["readonly"], ["get", key], ["readwrite"]]).exec()) ?? [];
        if (normal?.[0]) throw normal[0];
        if (seen?.[1] === value) return;
        if (Date.now() > deadline) {
            const what = seen?.[0]?.message ?? "none";
            throw new Error(`${node.name}: expected a write on its master within ${patience / 1000} s, seen ${what}`);
        }
        await sleep(pause);
    }
}

async function redirects(node: NodeModel, client: Redis, key: string, address: string): Promise<void> {
    const answer = await client.get(key).catch((error: Error) => error.message);
    if (!/^MOVED \d+ /.test(answer ?? "") || !answer?.endsWith(` ${address}`)) {
        throw new Error(`${node.name}: expected to send clients to ${address}, seen ${answer}`);
    }
}
