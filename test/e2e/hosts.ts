import { execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine } from "../../reconcile/docker/engine";
import { provide } from "./provide";

/** How long a Docker daemon may take to answer after its start, in milliseconds. */
const patience = 60_000;

/** What a stack file says of a host. */
export interface Line {
    name: string;
    docker: string;
    address: string;
    state?: "down" | "draining";
}

/**
 * Machines with a Docker Engine each, as far as Redis can tell: network namespaces on a bridge of their own, with a
 * daemon inside. Only these and loopback are ever reached. Needs root on Linux.
 */
export class Hosts {
    private static readonly open = new Set<Hosts>();
    private readonly id = randomBytes(2).toString("hex");
    private readonly folder = mkdtempSync(join(tmpdir(), "redis-hosts-"));
    private readonly bridge = `rod${this.id}`;
    private readonly net = `10.213.${randomInt(1, 255)}`;
    readonly hosts: Host[] = [];
    private overSsh = false;

    /** Why there can be no such hosts on this machine; undefined where there can. */
    static get missing(): string | undefined {
        if (process.platform === "linux" && process.getuid?.() === 0) return undefined;
        return "network namespaces are made by root on Linux";
    }

    /** Starts so many hosts, named a, b, c ..., each with the given images. */
    static async create(count: number, images: string[]): Promise<Hosts> {
        await provide("ip", "iproute2");
        await provide("iptables", "iptables");
        await provide("nsenter", "util-linux");
        const hosts = new Hosts();
        Hosts.open.add(hosts);
        hosts.connect();
        for (let index = 0; index < count; index++) hosts.add(index);
        await Promise.all(hosts.hosts.map((host) => host.start()));
        const file = join(hosts.folder, "images.tar");
        await shell(`docker save --output ${file} ${images.join(" ")}`);
        // One after the other: loading is work for the disk.
        for (const { docker } of hosts.hosts) await shell(`docker -H ${docker} load --input ${file}`);
        rmSync(file);
        return hosts;
    }

    /** What a stack file says of them, some of them being down. */
    declared(...down: string[]): Line[] {
        return this.lines("down", down);
    }

    /** The same, some of them draining. */
    draining(...names: string[]): Line[] {
        return this.lines("draining", names);
    }

    private lines(state: Line["state"], of: string[]): Line[] {
        return this.hosts.map(({ name, docker, address }) => ({
            name,
            docker: this.overSsh ? `ssh://ops@${address}` : docker,
            address,
            ...(of.includes(name) ? { state } : {}),
        }));
    }

    /**
     * Has stack files reach them through the `ssh` program: one that stands for it on PATH, and knows the way to each
     * host's Engine.
     */
    throughSsh(env: NodeJS.ProcessEnv): void {
        const bin = join(this.folder, "bin");
        const sockets = Object.fromEntries(
            this.hosts.map(({ address, docker }) => [address, new URL(docker).pathname]),
        );
        mkdirSync(bin, { recursive: true });
        writeFileSync(join(bin, "ssh"), farEnd(sockets), { mode: 0o755 });
        env.PATH = `${bin}${delimiter}${env.PATH}`;
        this.overSsh = true;
    }

    /** The host with a name. */
    host(name: string): Host {
        const host = this.hosts.find((one) => one.name === name);
        if (!host) throw new Error(`there is no host ${name}`);
        return host;
    }

    private connect(): void {
        run(`ip link add ${this.bridge} type bridge`);
        run(`ip addr add ${this.net}.1/24 dev ${this.bridge}`);
        run(`ip link set ${this.bridge} up`);
        // The machine's own Docker Engine lets nothing through that it does not know.
        run(`iptables -I FORWARD ${this.rule}`);
    }

    private get rule(): string {
        return `-i ${this.bridge} -o ${this.bridge} -j ACCEPT`;
    }

    private add(index: number): void {
        const name = String.fromCharCode("a".charCodeAt(0) + index);
        const namespace = `${this.bridge}${name}`;
        const address = `${this.net}.${index + 11}`;
        run(`ip netns add ${namespace}`);
        run(`ip link add ${namespace} type veth peer name eth0 netns ${namespace}`);
        run(`ip link set ${namespace} master ${this.bridge} up`);
        for (const command of [
            "link set lo up",
            `addr add ${address}/24 dev eth0`,
            "link set eth0 up",
            `route add default via ${this.net}.1`,
        ]) {
            run(`ip -n ${namespace} ${command}`);
        }
        this.hosts.push(new Host(name, namespace, address, join(this.folder, name)));
    }

    /** Removes everything, whatever state it is in. Safe to call twice. */
    remove(): void {
        Hosts.open.delete(this);
        for (const host of this.hosts) host.end();
        attempt(`iptables -D FORWARD ${this.rule}`);
        attempt(`ip link del ${this.bridge}`);
        rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
    }

    static removeAll(): void {
        for (const hosts of [...Hosts.open]) hosts.remove();
    }
}

/** One of {@link Hosts}. */
export class Host {
    readonly docker: string;

    constructor(
        readonly name: string,
        private readonly namespace: string,
        readonly address: string,
        private readonly folder: string,
    ) {
        mkdirSync(folder, { recursive: true });
        this.docker = `unix://${folder}/docker.sock`;
    }

    /** Starts the Docker daemon and waits until it answers. */
    async start(): Promise<void> {
        run(`ip link set ${this.namespace} up`);
        rmSync(`${this.folder}/docker.pid`, { force: true });
        const log = openSync(`${this.folder}/dockerd.log`, "a");
        const options = [
            `--host=${this.docker}`,
            `--data-root=${this.folder}/data`,
            `--exec-root=${this.folder}/exec`,
            `--pidfile=${this.folder}/docker.pid`,
            // Never outside of a namespace of its own: it would take the machine's docker0 away.
            "--bridge=none",
            "--iptables=false",
            "--ip6tables=false",
        ];
        const daemon = spawn("nsenter", [`--net=/run/netns/${this.namespace}`, "dockerd", ...options], {
            detached: true,
            stdio: ["ignore", log, log],
        });
        daemon.unref();
        const deadline = Date.now() + patience;
        for (;;) {
            const answer = await connectEngine(this.docker)
                .ping()
                .then(() => true)
                .catch(() => false);
            if (answer) return;
            if (Date.now() > deadline || daemon.exitCode !== null) {
                const lines = readFileSync(`${this.folder}/dockerd.log`, "utf8").trimEnd().split("\n").slice(-5);
                throw new Error([`the Docker daemon of ${this.name} does not answer`, ...lines].join("\n"));
            }
            await sleep(100);
        }
    }

    /** Has a firewall keep other hosts away from a port. */
    close(port: number, from: Host): void {
        run(`nsenter --net=/run/netns/${this.namespace} iptables -A INPUT ${closing(port, from)}`);
    }

    /** Takes the firewall away again. */
    open(port: number, from: Host): void {
        run(`nsenter --net=/run/netns/${this.namespace} iptables -D INPUT ${closing(port, from)}`);
    }

    /**
     * Ends the host as a power cut would: nothing answers for it any more, and its daemon and everything that runs in its
     * network has ended.
     */
    cut(): void {
        attempt(`ip link set ${this.namespace} down`);
        const daemon = read(`${this.folder}/docker.pid`);
        // Whatever keeps containers alive goes first, by the folder that its command line names.
        const all = [daemon, ...processesWith(this.folder), ...processesIn(this.namespace)].filter(Boolean);
        if (all.length > 0) attempt(`kill -9 ${[...new Set(all)].join(" ")}`);
    }

    /** Shuts the host down as a reboot does: its daemon stops what runs there first. */
    async shutDown(): Promise<void> {
        const daemon = read(`${this.folder}/docker.pid`);
        attempt(`kill ${daemon}`);
        const deadline = Date.now() + patience;
        while (existsSync(`/proc/${daemon}`) && Date.now() < deadline) await sleep(100);
        this.cut();
    }

    /** Shuts the host down and starts it again. */
    async reboot(): Promise<void> {
        await this.shutDown();
        await this.start();
    }

    /** Starts the host again that has lost power: what its memory held, where daemons keep what runs, is gone. */
    async powerOn(): Promise<void> {
        for (const until = Date.now() + patience; processesWith(this.folder).length > 0 && Date.now() < until; ) {
            await sleep(100);
        }
        for (const mount of mountsBelow(`${this.folder}/exec`)) attempt(`umount -l ${mount}`);
        rmSync(`${this.folder}/exec`, { recursive: true, force: true, maxRetries: 3 });
        await this.start();
    }

    /** Ends the host for good. */
    end(): void {
        this.cut();
        for (const mount of mountsBelow(this.folder)) attempt(`umount -l ${mount}`);
        attempt(`ip netns del ${this.namespace}`);
        rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
    }
}

process.on("exit", () => Hosts.removeAll());
for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
        Hosts.removeAll();
        process.exit(1);
    });
}

/** A program that is called like `ssh` and is the far end's `docker system dial-stdio`. */
function farEnd(sockets: Record<string, string>): string {
    return `#!/usr/bin/env node
const [host] = process.argv.slice(process.argv.indexOf("--") + 1);
const engine = require("node:net").connect(${JSON.stringify(sockets)}[host]);
engine.on("error", ({ message }) => { console.error(message); process.exit(255); });
process.stdin.pipe(engine).pipe(process.stdout);
`;
}

function closing(port: number, { address }: Host): string {
    return `-p tcp --dport ${port} -s ${address} -j DROP`;
}

function processesIn(namespace: string): string[] {
    return attempt(`ip netns pids ${namespace}`).split("\n").filter(Boolean);
}

function processesWith(folder: string): string[] {
    return attempt(`pgrep -f -- ${folder}/`).split("\n").filter(Boolean);
}

function mountsBelow(folder: string): string[] {
    const mounts = read("/proc/mounts")
        .split("\n")
        .map((line) => line.split(" ")[1] ?? "");
    // Innermost first.
    return mounts.filter((mount) => mount.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length);
}

function read(path: string): string {
    try {
        return readFileSync(path, "utf8").trim();
    } catch {
        return "";
    }
}

function run(command: string): string {
    const [file = "", ...args] = command.split(" ");
    return execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function attempt(command: string): string {
    try {
        return run(command);
    } catch {
        return "";
    }
}

function shell(command: string): Promise<void> {
    return new Promise((resolve, reject) => {
        execFile("sh", ["-c", command], (error, stdout, stderr) => {
            if (error) reject(new Error(`${command}: ${stdout}${stderr}`));
            else resolve();
        });
    });
}
