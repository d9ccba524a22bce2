/**
 * What five replicas added at once cost a master: `npm run bench -- stagger [megabytes]`, 500 when absent. Compares one
 * full synchronisation at a time with all five together; the writer sends one write after the other.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fill, TestTree, watchSynchronisations } from "../test/integration/replicationServers";
import { startBox } from "../test/integration/servers";

const megabytes = Number(process.argv[2] ?? 500);
const tree = { a: undefined, b: "a", c: "a", d: "a", e: "a", f: "a" };

async function measure(synchronisations: number): Promise<void> {
    const box = await startBox("8.0");
    const servers = new TestTree(box);
    try {
        await servers.declare({ a: undefined });
        await servers.startAll();
        await servers.converge();
        await fill(servers, megabytes);
        await servers.declare(tree, { synchronisations });
        await servers.startAll();
        const watch = watchSynchronisations(servers, ["a"]);
        const latencies: number[] = [];
        let running = true;
        const writing = (async () => {
            const client = servers.admin("a");
            for (let number = 0; running; number++) {
                const sent = performance.now();
                await client.set("bench", number);
                latencies.push(performance.now() - sent);
                await sleep(2);
            }
        })();
        const started = performance.now();
        await servers.converge();
        const took = performance.now() - started;
        running = false;
        await writing;
        const { most, full } = await watch.stop();
        latencies.sort((a, b) => a - b);
        const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1);
        console.log(
            `limit ${synchronisations}: ${(took / 1000).toFixed(1)} s, ${full} full, at most ${most} at a time; writes: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${latencies.at(-1)?.toFixed(0)} ms`,
        );
    } finally {
        await servers.end();
        await box.remove();
    }
}

(async () => {
    for (const limit of [1, 5]) await measure(limit);
})();
