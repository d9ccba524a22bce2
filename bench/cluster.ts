/**
 * Clusters on real servers, this project's convergence against redis-cli, in turn, with the same settings:
 * `npm run bench -- cluster [runs] [nodes ...]`, by default 3 runs with 6, 12 and 30 nodes.
 *
 * Forming: from the first command until every node reports `cluster_state:ok` and every replica's link is up; servers have
 * run for 3 s and hold nothing. Resharding: a fourth master gets its 4096 slots of 100,000 keys, until nothing is left to
 * move, against `redis-cli --cluster rebalance`; the newest Redis, where it can be had, moves them by itself. Pause: the
 * longest time that one of four writers waited for its next acknowledgement during the same again; whoever moves the slots
 * then runs in a process of its own. What a writer waits while nothing moves is what the machine adds to each.
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { TestCluster } from "../test/integration/clusterServers";
import { Writer } from "../test/integration/clusterWriter";
import { type Box, startBox } from "../test/integration/servers";
import { report } from "./support/report";
import { whenUsable } from "./support/usable";

const keyCount = 100_000;
const [runs = 3, ...sizes] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
    for (const nodes of sizes.length > 0 ? sizes : [6, 12, 30]) {
        const times: Record<string, number[]> = { convergence: [], "redis-cli --cluster create": [] };
        for (let run = 0; run < runs; run++) {
            times.convergence?.push(await inBox((box) => form(box, nodes, (cluster) => cluster.converge())));
            times["redis-cli --cluster create"]?.push(await inBox((box) => form(box, nodes, create)));
        }
        report(`${nodes} nodes, usable`, times);
    }
    const times: Record<string, number[]> = {};
    const pauses: Record<string, number[]> = {};
    for (let run = 0; run < runs; run++) {
        for (const [name, version, how, apart] of resharding) {
            times[name] = [...(times[name] ?? []), await inBox((box) => reshard(box, how), version)];
            pauses[name] = [...(pauses[name] ?? []), await inBox((box) => pauseOf(box, apart), version)];
        }
        pauses.nothing = [...(pauses.nothing ?? []), await inBox((box) => pauseOf(box, () => sleep(3000)))];
    }
    report("4096 slots with 100,000 keys moved", times);
    report("4096 slots with 100,000 keys moved, longest pause of a writer", pauses);
}

/** Ways to move slots: within this process where that is ours, and apart from it. */
type Way = (cluster: TestCluster) => Promise<unknown>;
const ours: [Way, Way] = [
    (cluster) => cluster.converge(),
    async (cluster) => {
        const [code] = await once(cluster.convergeApart(), "exit");
        if (code !== 0) throw new Error(`the convergence ended with ${code}`);
    },
];
const resharding: [string, Box["version"], Way, Way][] = [
    ["convergence", "7.0", ...ours],
    ["redis-cli --cluster rebalance", "7.0", rebalance, rebalance],
    ...(process.env.REDIS_NEWEST_IMAGE
        ? [["convergence, newest Redis", "newest", ...ours] as [string, Box["version"], Way, Way]]
        : []),
];

async function inBox(work: (box: Box) => Promise<number>, version: Box["version"] = "7.0"): Promise<number> {
    const box = await startBox(version);
    try {
        return await work(box);
    } finally {
        await box.remove();
    }
}

async function form(box: Box, nodes: number, how: (cluster: TestCluster) => Promise<unknown>): Promise<number> {
    const cluster = await TestCluster.create(box, { shards: nodes / 2 });
    await cluster.startAll();
    await release(cluster);
    await sleep(3000);
    const began = performance.now();
    const clients = cluster.model.nodes.map(({ name }) => cluster.admin(name));
    const [, usable] = await Promise.all([how(cluster), whenUsable(clients)]);
    return usable - began;
}

/** Servers start guarded against giving their data away, which redis-cli knows nothing of. */
async function release(cluster: TestCluster): Promise<void> {
    const names = cluster.model.nodes.map(({ name }) => name);
    await Promise.all(names.map((name) => cluster.admin(name).config("SET", "repl-diskless-sync-delay", "0")));
}

function addresses(cluster: TestCluster): string {
    // Masters first, as redis-cli takes them.
    const order = [...cluster.model.nodes].sort((a, b) => Number(!!a.replicaOf) - Number(!!b.replicaOf));
    return order.map(({ port }) => `127.0.0.1:${port}`).join(" ");
}

const create = (cluster: TestCluster) =>
    cluster.cli(`--cluster create ${addresses(cluster)} --cluster-replicas 1 --cluster-yes`);

async function reshard(box: Box, how: Way): Promise<number> {
    const cluster = await filled(box);
    const began = performance.now();
    await how(cluster);
    return performance.now() - began;
}

async function pauseOf(box: Box, how: Way): Promise<number> {
    const cluster = await filled(box);
    const writer = new Writer(cluster.client(), undefined, 4, 1);
    await writer.more(1000);
    writer.longestGap = 0;
    await how(cluster);
    const pause = writer.longestGap;
    const lost = await writer.lost();
    if (lost.length > 0 || writer.errors.length > 0) throw new Error(`${lost.length} lost, ${writer.errors}`);
    return pause;
}

/** Three masters with the keys, and a fourth that is about to get its share. */
async function filled(box: Box): Promise<TestCluster> {
    const cluster = await TestCluster.create(box, { shards: 3, replicasPerShard: 0 });
    await cluster.startAll();
    await cluster.converge();
    const client = cluster.client();
    for (let at = 0; at < keyCount; at += 1000) {
        await Promise.all(Array.from({ length: 1000 }, (_, key) => client.set(`key:${at + key}`, "value".repeat(20))));
    }
    cluster.declare({ shards: 4, replicasPerShard: 0 });
    await cluster.startAll();
    await sleep(3000);
    return cluster;
}

/** The new master has to know everybody and to serve before redis-cli may move slots there. */
async function rebalance(cluster: TestCluster): Promise<void> {
    const [first, added] = [cluster.server("shard1-1").port, cluster.server("shard4-1").port];
    await cluster.cli(`--cluster add-node 127.0.0.1:${added} 127.0.0.1:${first}`);
    const ok = async () => ((await cluster.admin("shard4-1").cluster("INFO")) as string).includes("cluster_state:ok");
    const everybody = async () => !(await cluster.check().catch(() => "[ERR]")).includes("[ERR]");
    while (!(await ok()) || !(await everybody())) await sleep(50);
    await cluster.cli(`--cluster rebalance 127.0.0.1:${first} --cluster-use-empty-masters --cluster-pipeline 100`);
}

main().then(
    () => process.exit(0),
    (error: Error) => {
        console.error(error);
        process.exit(1);
    },
);
