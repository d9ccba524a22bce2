import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { type Model, masterOf, type NodeModel, present } from "../redis/model/model";
import type { EffectiveTree } from "../redis/plan/effectiveTree";
import { verifyCluster } from "./cluster/verify";
import type { Connections } from "./redis/connections";
import { refusal } from "./refusal";

/** The key that proves replication; gone again within a minute even if this program is killed. */
const probeKey = "redis-on-docker:probe";
const probeSeconds = 60;
/** How long a write may take to reach every replica, in milliseconds. */
const patience = 10_000;

/**
 * Proves that the deployment is usable: a write on the master is read back on every replica, and a write on a replica
 * is refused with READONLY; of a cluster see {@link verifyCluster}. What {@link refusal} takes for declared behaviour is
 * reported, not failed.
 *
 * @returns what was seen, in a sentence.
 * @throws what was expected and seen instead. It may pass by itself: roles, links and views change after a look.
 */
export async function verify(model: Model, tree: EffectiveTree, connections: Connections): Promise<string> {
    if (model.topology === "cluster") return verifyCluster(model, connections);
    const current = masterOf(tree);
    const master = await connections.to(current.reach);
    const replicas = present(tree).filter(({ replicaOf }) => replicaOf);
    const value = `${Date.now()}-${process.pid}`;
    try {
        await master.set(probeKey, value, "EX", probeSeconds);
    } catch (error) {
        const direct = tree.nodes.filter(({ replicaOf }) => replicaOf === current.name);
        return refusal(model, current, direct, (error as Error).message);
    }
    try {
        await Promise.all(replicas.map(async (node) => readBack(node, await connections.to(node.reach), value)));
    } finally {
        // It goes by itself as well; why the proof failed says more than why this does.
        await master.del(probeKey).catch(() => undefined);
    }
    return replicas.length === 0
        ? "the master takes writes"
        : `a write on the master was read on ${replicas.map(({ name }) => name).join(", ")}, which ${replicas.length === 1 ? "takes" : "take"} no writes`;
}

async function readBack(node: NodeModel, client: Redis, value: string): Promise<void> {
    const deadline = Date.now() + patience;
    for (let seen = await client.get(probeKey); seen !== value; seen = await client.get(probeKey)) {
        if (Date.now() > deadline) {
            throw new Error(
                `${node.name}: expected a write on the master to arrive within ${patience / 1000} s, seen none`,
            );
        }
        await sleep(20);
    }
    const answer = await client.set(probeKey, value, "EX", probeSeconds).catch((error: Error) => error.message);
    if (!answer?.startsWith("READONLY")) {
        throw new Error(`${node.name}: expected a write to be answered READONLY, seen ${answer}`);
    }
}
