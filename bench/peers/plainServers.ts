import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { Clients, removeObjects } from "../../test/e2e/project";
import { freeBlock } from "../../test/integration/servers";
import { whenUsable } from "../support/usable";
import { clusterClient, type Deployment, maxmemory, password } from "./deployment";

/** A server as a tool that knows nothing of Redis is told of it. */
export interface PlainServer {
    name: string;
    /** Its address on the network of all. */
    address: string;
    /** Its port on loopback of this machine. */
    port: number;
    command: string[];
}

/** Servers in a network, and the first part of the names of everything on Docker. */
export interface Plain {
    prefix: string;
    subnet: string;
    servers: PlainServer[];
}

/** The commands of such a tool, in a folder of its own. */
export interface PlainCommands {
    /** Writes what the tool reads. */
    write(folder: string, plain: Plain): Promise<void>;
    apply(folder: string, plain: Plain): Promise<string>;
    /** What `apply` says when there is nothing to do, where it says so. */
    nothingToDo?: RegExp;
    destroy(folder: string, plain: Plain): Promise<string>;
}

/** Servers that such a tool deploys; where they are a cluster, `redis-cli --cluster create` makes it. */
export async function plainServers(
    nodes: number,
    commands: PlainCommands,
    more: Record<string, number> = {},
): Promise<Deployment> {
    const folder = mkdtempSync(join(tmpdir(), "redis-peer-"));
    const firstPort = await freeBlock(nodes);
    const prefix = `bench${randomBytes(3).toString("hex")}`;
    const net = `10.212.${randomBytes(1)[0]}`;
    const isCluster = nodes > 3;
    const address = (index: number) => `${net}.${index + 10}`;
    const plain = (memory: string): Plain => ({
        prefix,
        subnet: `${net}.0/24`,
        servers: Array.from({ length: nodes }, (_, index) => ({
            name: `redis${index + 1}`,
            address: address(index),
            port: firstPort + index,
            command: commandOf({
                maxmemory: memory,
                ...more,
                ...(isCluster ? { "cluster-enabled": "yes" } : {}),
                ...(!isCluster && index > 0 ? { replicaof: `${address(0)} 6379` } : {}),
            }),
        })),
    });
    const first = plain(maxmemory[0]);
    const clients = new Clients();
    const apply = async (what: Plain) => {
        const output = await commands.apply(folder, what);
        const options = { password, maxRetriesPerRequest: null };
        return { output, servers: what.servers.map(({ port }) => clients.to(port, options)) };
    };
    const usable = (servers: Redis[]) => whenUsable(servers, isCluster ? {} : { isCluster, replicas: nodes - 1 });
    await commands.write(folder, first);
    return {
        create: async () => {
            const { output, servers } = await apply(first);
            await Promise.all(servers.map(answers));
            const made = isCluster ? await createCluster(first) : "";
            await usable(servers);
            return output + made;
        },
        apply: async () => {
            const output = await commands.apply(folder, first);
            if (!(commands.nothingToDo ?? /^/).test(output)) throw new Error(`there was something to do:\n${output}`);
            return output;
        },
        change: async () => {
            const changed = plain(maxmemory[1]);
            await commands.write(folder, changed);
            const { output, servers } = await apply(changed);
            await usable(servers);
            return output;
        },
        destroy: () => commands.destroy(folder, first),
        client: () => {
            // Linux reaches the network of all, which is where servers say they are.
            return isCluster ? clusterClient(address(0), 6379) : new Redis({ port: firstPort, password });
        },
        remove: async () => {
            clients.close();
            await removeObjects(prefix);
            rmSync(folder, { recursive: true, force: true });
        },
    };
}

function commandOf(settings: Record<string, string | number>): string[] {
    const all = { port: 6379, appendonly: "yes", requirepass: password, masterauth: password, ...settings };
    return ["redis-server", ...Object.entries(all).flatMap(([name, value]) => [`--${name}`, ...`${value}`.split(" ")])];
}

function createCluster({ prefix, servers }: Plain): Promise<string> {
    const addresses = servers.map(({ address }) => `${address}:6379`);
    const create = ["redis-cli", "-a", password, "--cluster", "create", ...addresses];
    const container = `${prefix}-${servers[0]?.name}`;
    return program("docker", ["exec", container, ...create, "--cluster-replicas", "1", "--cluster-yes"]);
}

/** Runs a program to its end; what it printed. */
export async function program(file: string, args: string[], cwd?: string): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)(file, args, { cwd, maxBuffer: 2 ** 26 });
    return stdout + stderr;
}

/** The first line that a program prints, such as its version; undefined where there is none of that name. */
export function firstLine(file: string, args: string[]): Promise<string | undefined> {
    return program(file, args).then(
        (output) => output.split("\n")[0],
        () => undefined,
    );
}

async function answers(server: Redis): Promise<void> {
    while ((await server.ping().catch(() => "")) !== "PONG") await sleep(20);
}
