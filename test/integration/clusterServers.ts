import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cluster, type ClusterOptions, type Redis } from "ioredis";
import { converge } from "../../reconcile/convergence";
import type { Look } from "../../reconcile/look";
import { ask } from "../../reconcile/observe";
import type { Receipt } from "../../reconcile/receipt";
import { Connections } from "../../reconcile/redis/connections";
import { aclUsers } from "../../redis/acl/users";
import type { DeploymentArguments } from "../../redis/declaration/arguments";
import { describeProblem } from "../../redis/declaration/problem";
import { validate } from "../../redis/declaration/validation";
import { nodeFiles } from "../../redis/model/files/nodeFiles";
import { buildModel, hostOf, type Model, type NodeModel, nodeOf } from "../../redis/model/model";
import { describePlan } from "../../redis/plan/describe";
import { planDeployment } from "../../redis/plan/plan";
import type { Plan } from "../../redis/plan/step";
import type { Observation, ServerObservation } from "../../redis/state/observation";
import { type Box, freeBlock, type Server } from "./servers";

export const passwords = {
    default: "default-of-the-test-cluster",
    administrator: "administrator-of-the-test-cluster",
    replication: "replication-of-the-test-cluster",
    health: "health-of-the-test-cluster",
};

/** How long nodes may take to tell each other of a change of roles, in milliseconds: each is asked every node-timeout/2. */
const gossipPatience = 15_000;

/** A declared cluster whose servers are processes in a box, started as their containers would start them. */
export class TestCluster {
    model: Model;
    readonly servers = new Map<string, Server>();
    /** What was printed while converging. */
    readonly lines: string[] = [];
    private readonly clients: Cluster[] = [];
    private readonly past = new Map<string, NodeModel>();

    private constructor(
        readonly box: Box,
        private readonly base: number,
    ) {
        this.model = this.declare({ shards: 3 });
    }

    static async create(box: Box, declared: Partial<DeploymentArguments["cluster"]> = {}): Promise<TestCluster> {
        const cluster = new TestCluster(box, await freeBlock(2 * portsOfOne));
        cluster.declare({ shards: 3, ...declared });
        return cluster;
    }

    /** Changes the declaration. Servers that it no longer names are about to leave. */
    declare(cluster: DeploymentArguments["cluster"], settings = {}): Model {
        const args: DeploymentArguments = {
            topology: "cluster",
            image: "unused:0",
            network: "host",
            cluster: { firstPort: this.base, ...cluster },
            settings,
        };
        const problems = validate(args);
        if (problems.length > 0) throw new Error(JSON.stringify(problems));
        this.model = buildModel(args, { id: "test", prefix: "test" });
        for (const node of this.model.nodes) this.past.set(node.name, node);
        return this.model;
    }

    /** Has killed servers count as those of a host that is declared down. */
    lose(...names: string[]): void {
        const lost = { name: "lost", address: "127.0.0.1", down: true } as const;
        const nodes = this.model.nodes.map((node) => (names.includes(node.name) ? { ...node, host: lost.name } : node));
        this.model = { ...this.model, hosts: [...this.model.hosts, lost], nodes };
    }

    /** Has servers be declared at addresses that nobody had before, as on a machine in place of another. */
    replace(...names: string[]): void {
        const nodes = this.model.nodes.map((node) => {
            if (!names.includes(node.name)) return node;
            const endpoint = { ...node.announce, port: node.port + portsOfOne };
            return { ...node, port: endpoint.port, announce: endpoint, reach: endpoint };
        });
        this.model = { ...this.model, nodes };
    }

    /** Has servers be declared on other hosts: the old ones leave under their names and their hosts'. */
    move(...names: string[]): void {
        for (const name of names) {
            const [server, node] = [this.server(name), nodeOf(this.model, name)];
            this.servers.set(`${name}@old`, server);
            this.servers.delete(name);
            this.past.set(`${name}@old`, { ...node, name: `${name}@old` });
        }
        this.replace(...names);
    }

    /** Starts every declared server that does not run. */
    async startAll(): Promise<void> {
        await Promise.all(
            this.model.nodes.filter(({ name }) => !this.servers.has(name)).map(({ name }) => this.start(name)),
        );
    }

    /** Starts a server in a folder of its own, or in the one it had. */
    async start(name: string, folder = this.box.newFolder(), changes: (file: string) => string = (file) => file) {
        const node = nodeOf(this.model, name);
        const files = nodeFiles(this.model, node, passwords).map(({ path, content }) => {
            const inFolder = content
                .replaceAll("/etc/redis", folder)
                .replaceAll("/data", `${folder}/data`)
                .replace(
                    'redis-server "$main"',
                    `redis-server "$main" --daemonize yes --pidfile ${folder}/pid --logfile ${folder}/log`,
                );
            return [path.slice(path.lastIndexOf("/") + 1), changes(inFolder)];
        });
        await this.box.write(folder, Object.fromEntries(files));
        await this.box.launch(`mkdir -p ${folder}/data; sh ${folder}/start`, { port: node.port, folder });
        this.servers.set(name, this.box.attach(node.port, folder));
    }

    /** Ends a server at once, as a crash would. */
    async kill(name: string): Promise<string> {
        const server = this.server(name);
        this.servers.delete(name);
        const pid = `$(cat ${server.folder}/pid)`;
        await this.box.shell(`pid=${pid}; kill -9 $pid; while kill -0 $pid 2>/dev/null; do sleep 0.02; done`);
        server.close();
        return server.folder;
    }

    /** Has a server stand still, until it is resumed: its connections stay, and nobody gets an answer. */
    async pause(name: string): Promise<void> {
        await this.signal(name, "STOP");
    }

    async resume(name: string): Promise<void> {
        await this.signal(name, "CONT");
    }

    private async signal(name: string, signal: "STOP" | "CONT"): Promise<void> {
        await this.box.shell(`kill -${signal} $(cat ${this.server(name).folder}/pid)`);
    }

    server(name: string): Server {
        const server = this.servers.get(name);
        if (!server) throw new Error(`${name} does not run`);
        return server;
    }

    /** The connection to one server as its administrator. */
    admin(name: string): Redis {
        return this.server(name).admin(passwords.administrator);
    }

    /** Everything that another process needs to converge it. */
    described(): Described {
        const names = new Set(this.model.nodes.map(({ name }) => name));
        return {
            model: this.model,
            passwords,
            leaving: [...this.past.values()].filter(({ name }) => !names.has(name) && this.servers.has(name)),
            running: [...this.servers.keys()],
        };
    }

    private get look(): Look {
        const { leaving, running } = this.described();
        return lookAt(leaving, running);
    }

    converge(say: (line: string) => void = () => undefined): Promise<Receipt> {
        return converge(
            this.model,
            passwords,
            (line) => {
                this.lines.push(line);
                say(line);
            },
            this.look,
        );
    }

    /** Converges in a process of its own, which tells each line in a message. */
    convergeApart(): ChildProcess {
        const loader = join(__dirname, "..", "..", "scripts", "compiled.cjs");
        const child = fork(loader, ["test/integration/clusterProcess.ts"], { execArgv: [] });
        child.send(this.described());
        return child;
    }

    /** What convergence still would do, once what nodes tell each other by gossip has had time to spread. */
    async differences(): Promise<string[]> {
        const deadline = Date.now() + gossipPatience;
        for (;;) {
            const { sentences } = await this.plan();
            if (sentences.length === 0 || Date.now() > deadline) return sentences;
            await sleep(200);
        }
    }

    /** What convergence would do now. */
    async plan(): Promise<Plan & { sentences: string[] }> {
        const connections = new Connections(passwords.administrator);
        try {
            const observation = await this.look(this.model, connections);
            const users = aclUsers(this.model, passwords);
            const desired = { model: this.model, users, replicationPassword: passwords.replication };
            const plan = planDeployment(desired, observation);
            return { ...plan, sentences: [...describePlan(plan), ...(plan.refused ?? []).map(describeProblem)] };
        } finally {
            connections.close();
        }
    }

    /** `redis-cli` in the box, as administrator, to the first server that runs. */
    cli(command: string): Promise<string> {
        return this.box.shell(`REDISCLI_AUTH=${passwords.administrator} redis-cli --user administrator ${command}`);
    }

    /** What `redis-cli --cluster check` says of the whole. */
    check(): Promise<string> {
        const [server] = this.servers.values();
        return this.cli(`--cluster check 127.0.0.1:${server?.port}`);
    }

    /** An application's client of the whole cluster. */
    client(options: ClusterOptions = {}): Cluster {
        const nodes = [...this.servers.values()].map(({ port }) => ({ host: "127.0.0.1", port }));
        const client = new Cluster(nodes, { redisOptions: { password: passwords.default }, ...options });
        client.on("error", () => undefined);
        this.clients.push(client);
        return client;
    }

    /** Ends every server. */
    async end(): Promise<void> {
        for (const client of this.clients.splice(0)) client.disconnect();
        await Promise.all([...this.servers.keys()].map((name) => this.kill(name).catch(() => undefined)));
    }
}

/** What a convergence works on. */
export interface Described {
    model: Model;
    passwords: Record<string, string>;
    leaving: NodeModel[];
    /** Names of the servers that run. */
    running: string[];
}

/** Observes servers that run in no container. */
export function lookAt(leaving: NodeModel[], running: string[]): Look {
    const container = (name: string) => ({ id: name, name, state: "running", status: "Up" });
    const server = ({ name, host, announce, reach }: NodeModel, declared: boolean, down?: true): ServerObservation => ({
        node: name,
        host,
        declared,
        announce,
        reach,
        aliases: [],
        ...(running.includes(name) ? { container: container(name) } : {}),
        ...(down ? { gone: `its host ${host} is declared down` } : {}),
    });
    return (model, connections): Promise<Observation> => {
        const all = [
            ...model.nodes.map((node) => server(node, true, hostOf(model, node.host).down)),
            ...leaving.map((node) => server(node, false)),
        ];
        return Promise.all(all.map((one) => ask(one, model, connections)));
    };
}

/** Ports that one declared cluster may use, in a row. */
const portsOfOne = 10;
