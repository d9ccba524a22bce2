import { execFile, spawnSync } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis, type RedisOptions } from "ioredis";
import { Shells } from "./shells";

/** Images with real servers, built by the set-up. */
export const images = { "7.0": "localhost/redis-debian:7.0", "8.0": "localhost/redis-debian:8.0" } as const;
export type Version = keyof typeof images;
export const versions = Object.keys(images) as Version[];
/** The image with Redis's newest release, where the set-up could get one. */
const newest = process.env.REDIS_NEWEST_IMAGE;

/** What every container of the tests is labelled with. */
export const testLabel = "redis-on-docker.test";

export interface Server {
    port: number;
    /** Its folder in the container: `redis.conf`, `log`, data. */
    folder: string;
    /** A new connection; closed with the server or the box. */
    connect(options?: RedisOptions): Redis;
    /** The connection of its administrator, the same each time. */
    admin(password: string): Redis;
    /** Closes every connection: they would try a server that has ended twenty times a second. */
    close(): void;
    log(): Promise<string>;
}

/** Files to lay into a server's folder before it starts, by name. `redis.conf` is what it is started with. */
export type Files = Record<string, string>;

/** One container in which any number of servers run, on loopback ports of this machine. */
export interface Box {
    /** Id of the container. */
    id: string;
    version: Version | "newest";
    /** Runs a shell script in the container, with a text on its standard input; fails when the script does. */
    shell(script: string, input?: string): Promise<string>;
    /** Writes files into a folder of the container. */
    write(folder: string, files: Files): Promise<void>;
    /** Runs a script that starts a server, and waits until it answers anything; fails with its log otherwise. */
    launch(script: string, server: { port: number; folder: string }): Promise<void>;
    /** Starts a server; fails with what it printed when it does not start. */
    start(files?: Files): Promise<Server>;
    /** A folder of its own, in the container. */
    newFolder(): string;
    /** Watches a server that something else started in this box. */
    attach(port: number, folder: string): Server;
    /** Ends every server and connection. */
    remove(): Promise<void>;
}

interface BoxOptions {
    /** After which it ends by itself. @default ten minutes */
    seconds?: number;
    beside?: Box;
}

/** Where the folders of servers are in a box: a volume there has the rights that the image gives. */
const folderOfServers = "/tmp";

/** How long a server may take until it answers, in milliseconds. */
const patience = 5_000;

/** A port that nobody uses, as of {@link freeBlock}. */
export const freePort = (): Promise<number> => freeBlock(1);

/** Ports of one process that runs tests: below those that the system gives to clients, bus ports included. */
const portCount = 1_250;
const firstPort = 12_000 + portCount * (Number(process.env.MOCHA_WORKER_ID ?? 7) % 8);
let nextPort = Math.floor(Math.random() * portCount);

/** The first of `count` ports in a row that nobody uses and that were not given away lately. */
export async function freeBlock(count: number): Promise<number> {
    for (;;) {
        if (nextPort + count > portCount) nextPort = 0;
        const base = firstPort + nextPort;
        nextPort += count;
        const ports = Array.from({ length: count }, (_, index) => base + index);
        const used = await Promise.all(ports.flatMap((port) => [inUse(port), inUse(port + 10_000)]));
        if (!used.some(Boolean)) return base;
    }
}

function inUse(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host: "127.0.0.1", port });
        socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
        socket.once("connect", () => socket.destroy());
    });
}

/** Whether a server answers anything, an error included. */
function answers(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host: "127.0.0.1", port }, () => socket.write("PING\r\n"));
        socket.once("data", () => resolve(true)).once("error", () => resolve(false));
        socket.once("close", () => resolve(false)).once("data", () => socket.destroy());
        // One that stands still takes connections.
        socket.setTimeout(1_000, () => socket.destroy());
    });
}

function docker(args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
        execFile("docker", args, (error, stdout, stderr) => {
            if (error) reject(new Error(`docker ${args[0]}: ${(stdout + stderr).trim()}`));
            else resolve(stdout);
        });
    });
}

const running = new Set<string>();
process.on("exit", () => {
    if (running.size > 0) spawnSync("docker", ["rm", "--force", "--volumes", ...running], { stdio: "ignore" });
});

/**
 * Starts a box; `remove` it after the tests. It ends by itself, should the tests be killed.
 *
 * @param beside a box whose folders this one has, too
 */
export async function startBox(version: Box["version"], { seconds = 600, beside }: BoxOptions = {}): Promise<Box> {
    const volume = beside ? `--volumes-from=${beside.id}` : `--volume=${folderOfServers}`;
    const limits = ["--rm", "--network=host", `--label=${testLabel}`, "--init", volume];
    const image = version === "newest" ? (newest ?? "") : images[version];
    const id = (await docker(["run", "--detach", ...limits, image, "sleep", String(seconds)])).trim();
    running.add(id);
    const clients = new Set<Redis>();
    let folders = 0;

    const shells = new Shells(id);
    const shell: Box["shell"] = (script, input) => shells.run(script, input);
    const newFolder = (): string => `${folderOfServers}/${id.slice(0, 8)}-${folders++}`;
    const write: Box["write"] = async (folder, files) => {
        // One call for all files: their texts follow each other on standard input.
        const texts = Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
        const script = texts.map(({ name, bytes }) => `head -c ${bytes.length} > '${folder}/${name}'`);
        await shell([`mkdir -p ${folder}`, ...script].join("\n"), texts.map(({ bytes }) => bytes.toString()).join(""));
    };
    const attach: Box["attach"] = (port, folder) => {
        const own: Redis[] = [];
        let administrator: Redis | undefined;
        const connect: Server["connect"] = (options) => {
            const client = new Redis({ host: "127.0.0.1", port, retryStrategy: () => 50, ...options });
            // Tests see failures where they wait for answers.
            client.on("error", () => undefined);
            own.push(client);
            clients.add(client);
            return client;
        };
        return {
            port,
            folder,
            connect,
            admin: (password) => {
                administrator ??= connect({ username: "administrator", password });
                return administrator;
            },
            close: () => {
                for (const client of own.splice(0)) {
                    client.disconnect();
                    clients.delete(client);
                }
                administrator = undefined;
            },
            log: () => shell(`cat ${folder}/log`),
        };
    };
    const launch: Box["launch"] = async (script, { port, folder }) => {
        await shell(script);
        for (const until = Date.now() + patience; !(await answers(port)); await sleep(10)) {
            if (Date.now() > until) throw new Error(`no server on ${port}: ${await shell(`cat ${folder}/log`)}`);
        }
    };
    const start: Box["start"] = async (files = {}) => {
        const folder = newFolder();
        const port = await freePort();
        await write(folder, { "redis.conf": "", ...files });
        const options = `--port ${port} --bind 127.0.0.1 --dir ${folder} --logfile ${folder}/log --daemonize yes`;
        await launch(`cd ${folder}; redis-server ${folder}/redis.conf ${options} || :`, { port, folder });
        return attach(port, folder);
    };
    const remove: Box["remove"] = async () => {
        for (const client of clients) client.disconnect();
        shells.end();
        await docker(["rm", "--force", "--volumes", id]);
        running.delete(id);
    };
    return { id, version, shell, write, launch, start, newFolder, attach, remove };
}

/** Runs a suite on every version that is supported: a box is there from before the first test until after the last. */
export function onEveryVersion(title: string, suite: (box: () => Box) => void): void {
    for (const version of versions) onVersion(version, title, suite);
}

/** Runs a suite on one version; the newest is left out where it could not be had. */
export function onVersion(version: Box["version"], title: string, suite: (box: () => Box) => void): void {
    const define = version === "newest" && !newest ? describe.skip : describe;
    define(`${title}, Redis ${version}`, function () {
        this.timeout(120_000);
        // Elections and gossip depend on the machine's moment; what fails twice is real.
        this.retries(1);
        let box: Box;
        before(async () => {
            box = await startBox(version);
        });
        after(() => box?.remove());
        suite(() => box);
    });
}
