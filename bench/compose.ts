/**
 * A cluster on one host from nothing to usable, `npm run up` against Compose with `redis-cli --cluster create`, in turn,
 * with the same image and the same settings, stock and tuned: `npm run bench -- compose [runs] [nodes ...]`, by default 3
 * runs with 6 and 30 nodes. Needs `docker-compose` on the PATH.
 *
 * Usable: every node reports `cluster_state:ok` and every replica's link is up. `npm run up` previews, judges by policies
 * and proves the cluster; `update` is the part that Compose does too: `pulumi up --skip-preview` on its own. Both in a
 * checkout that has run before.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Redis } from "ioredis";
import { Clients, type Outcome, Project, type Stack } from "../test/e2e/project";
import { freeBlock, images } from "../test/integration/servers";
import { report } from "./support/report";
import { whenUsable } from "./support/usable";

const image = images["8.0"];
const password = "the-same-for-both-of-them";
const [runs = 3, ...sizes] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
    const project = await Project.create();
    try {
        // Programs are translated from TypeScript when they first run: once for each checkout.
        await whole(project, 6, await freeBlock(6));
        for (const nodes of sizes.length > 0 ? sizes : [6, 30]) await measure(project, nodes);
    } finally {
        await project.remove();
    }
}

async function measure(project: Project, nodes: number): Promise<void> {
    const times: Record<string, number[]> = {};
    const ways = {
        "npm run up": (firstPort: number) => whole(project, nodes, firstPort),
        update: (firstPort: number) => update(project, nodes, firstPort),
        "docker-compose with redis-cli, stock": (firstPort: number) => compose(nodes, firstPort, {}),
        // Without Redis's wait for more replicas before a synchronisation, as ours does without it.
        "the same, tuned": (firstPort: number) => compose(nodes, firstPort, { "repl-diskless-sync-delay": 0 }),
    };
    for (let run = 0; run < runs; run++) {
        for (const [name, way] of Object.entries(ways)) {
            times[name] = [...(times[name] ?? []), await way(await freeBlock(nodes))];
        }
    }
    report(`${nodes} nodes, from nothing to usable`, times);
}

async function whole(project: Project, nodes: number, firstPort: number): Promise<number> {
    const stack = await declared(project, nodes, firstPort);
    return timed(stack, () => stack.up());
}

async function update(project: Project, nodes: number, firstPort: number): Promise<number> {
    const stack = await declared(project, nodes, firstPort);
    await project.npm("pulumi", "stack", "init", stack.name);
    return timed(stack, () => stack.pulumi("up", "--yes", "--skip-preview"));
}

async function declared(project: Project, nodes: number, firstPort: number): Promise<Stack> {
    const stack = project.stack();
    await stack.write({
        topology: "cluster",
        image,
        cluster: { firstPort, shards: nodes / 2 },
        passwords: { default: password },
        memory: "256mb",
        settings: { maxmemory: "128mb" },
        data: "delete",
    });
    return stack;
}

async function timed(stack: Stack, work: () => Promise<Outcome>): Promise<number> {
    const began = performance.now();
    const done = await work();
    const took = performance.now() - began;
    if (done.code !== 0) throw new Error(done.output);
    await stack.down();
    return took;
}

async function compose(nodes: number, firstPort: number, more: Record<string, number>): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), "redis-compose-"));
    const project = `bench${randomBytes(3).toString("hex")}`;
    const docker = (program: string, ...args: string[]) => promisify(execFile)(program, args, { cwd: folder });
    const subnet = `10.212.${randomBytes(1)[0]}`;
    const address = (index: number) => `${subnet}.${index + 10}`;
    const clients = new Clients();
    try {
        const settings = {
            port: 6379,
            "cluster-enabled": "yes",
            appendonly: "yes",
            maxmemory: "128mb",
            requirepass: password,
            masterauth: password,
            ...more,
        };
        const command = [
            "redis-server",
            ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]),
        ];
        const names = Array.from({ length: nodes }, (_, index) => `redis${index + 1}`);
        const services = names.map((name, index) => [
            name,
            {
                image,
                command,
                mem_limit: "256m",
                restart: "unless-stopped",
                ports: [`127.0.0.1:${firstPort + index}:6379`],
                volumes: [`${name}:/data`],
                networks: { cluster: { ipv4_address: address(index) } },
            },
        ]);
        writeFileSync(
            join(folder, "docker-compose.yml"),
            JSON.stringify({
                version: "2.4",
                services: Object.fromEntries(services),
                volumes: Object.fromEntries(names.map((name) => [name, {}])),
                networks: { cluster: { ipam: { config: [{ subnet: `${subnet}.0/24` }] } } },
            }),
        );
        const began = performance.now();
        await docker("docker-compose", "-p", project, "up", "-d");
        const servers = names.map((_, index) =>
            clients.to(firstPort + index, { password, maxRetriesPerRequest: null }),
        );
        await Promise.all(servers.map((server) => answers(server)));
        const addresses = names.map((_, index) => `${address(index)}:6379`);
        const create = ["redis-cli", "-a", password, "--cluster", "create", ...addresses];
        const made = docker(
            "docker",
            "exec",
            `${project}_redis1_1`,
            ...create,
            "--cluster-replicas",
            "1",
            "--cluster-yes",
        );
        const [usable] = await Promise.all([whenUsable(servers), made]);
        return usable - began;
    } finally {
        clients.close();
        await docker("docker-compose", "-p", project, "down", "-v", "--timeout", "1").catch(() => undefined);
        rmSync(folder, { recursive: true, force: true });
    }
}

async function answers(server: Redis): Promise<void> {
    while ((await server.ping().catch(() => "")) !== "PONG") await sleep(20);
}

main().then(
    () => process.exit(0),
    (error: Error) => {
        console.error(error);
        process.exit(1);
    },
);
