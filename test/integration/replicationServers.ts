import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { converge } from "../../reconcile/convergence";
import type { Look } from "../../reconcile/look";
import { ask } from "../../reconcile/observe";
import type { Receipt } from "../../reconcile/receipt";
import { Connections } from "../../reconcile/redis/connections";
import { administratorPasswords } from "../../redis/acl/passwords";
import { aclUsers } from "../../redis/acl/users";
import type { DeploymentArguments } from "../../redis/declaration/arguments";
import { validate } from "../../redis/declaration/validation";
import { nodeFiles } from "../../redis/model/files/nodeFiles";
import { buildModel, type Model, type NodeModel } from "../../redis/model/model";
import { describePlan } from "../../redis/plan/describe";
import { planDeployment } from "../../redis/plan/plan";
import type { Observation, ServerObservation } from "../../redis/state/observation";
import { Ledger } from "./ledger";
import { type Box, freePort, type Server } from "./servers";

export const passwords = {
    default: "default-of-the-test-tree",
    administrator: "administrator-of-the-test-tree",
    replication: "replication-of-the-test-tree",
    health: "health-of-the-test-tree",
    sentinel: "sentinel-of-the-test-tree",
    discovery: "discovery-of-the-test-tree",
};

/** Whom each node replicates, by name; the master nobody. Options of a node go into its line. */
export type Shape = Record<string, string | undefined>;

/** A declared tree whose servers are processes in a box, started as their containers would start them. */
export class TestTree {
    /** What was printed while converging. */
    readonly lines: string[] = [];
    /** What servers set when nothing is declared, where a test has asked them. */
    defaults?: Record<string, string>;
    /** Changed only while nothing runs: what runs is ended with them. */
    passwords: typeof passwords & Record<string, string> = passwords;
    protected current?: Model;
    protected receipt?: Receipt;
    private readonly ports = new Map<string, number>();
    protected readonly running = new Map<string, Server>();
    protected readonly folders = new Map<string, string>();
    private readonly gone = new Map<string, string>();
    protected readonly past = new Map<string, NodeModel>();

    constructor(readonly box: Box) {}

    get model(): Model {
        if (!this.current) throw new Error("nothing is declared");
        return this.current;
    }

    /** Changes the declaration. Servers that it no longer names are about to leave. */
    async declare(
        shape: Shape,
        options: Partial<DeploymentArguments> = {},
        lines: Record<string, object> = {},
    ): Promise<void> {
        const nodes = Object.entries(shape).map(async ([name, replicaOf]) => ({
            name,
            port: await this.portOf(name),
            ...(replicaOf ? { replicaOf } : {}),
            ...lines[name],
        }));
        this.declareAll({ image: "unused:0", nodes: await Promise.all(nodes), ...options });
    }

    /** The port of a server, the same each time. */
    async portOf(name: string): Promise<number> {
        const port = this.ports.get(name) ?? (await freePort());
        this.ports.set(name, port);
        return port;
    }

    /** The same with a declaration as it stands in a stack file; the network is the test's own. */
    declareAll(declared: DeploymentArguments): void {
        const args: DeploymentArguments = { network: "host", ...declared };
        const problems = validate(args);
        if (problems.length > 0) throw new Error(JSON.stringify(problems));
        this.current = buildModel(args, { id: "test", prefix: "test" });
        for (const node of this.all) this.past.set(node.name, node);
    }

    /** Every declared server and Sentinel. */
    get all(): NodeModel[] {
        return [...this.model.nodes, ...(this.model.sentinels ?? [])];
    }

    /** Where a server runs. */
    protected boxOf(_node: NodeModel): Box {
        return this.box;
    }

    /** Starts every declared server that does not run, each with the data it had. */
    async startAll(): Promise<void> {
        const missing = this.all.filter(({ name }) => !this.running.has(name));
        await Promise.all(missing.map(({ name }) => this.start(name)));
    }

    async start(name: string): Promise<void> {
        const node = this.all.find((one) => one.name === name);
        if (!node) throw new Error(`${name} is not declared`);
        await this.layFiles(node);
        await this.run(node);
    }

    /** Lays a server's declared files where it finds them at its next start. */
    protected async layFiles(node: NodeModel): Promise<void> {
        const folder = this.folders.get(node.name) ?? this.box.newFolder();
        this.folders.set(node.name, folder);
        const files = nodeFiles(this.model, node, this.passwords).map(({ path, content }) => {
            const inFolder = content
                .replaceAll("/etc/redis", folder)
                .replaceAll("/data", `${folder}/data`)
                .replace('redis-server "$main"', `redis-server "$main"${this.startOptions(folder)}`);
            return [path.slice(path.lastIndexOf("/") + 1), inFolder];
        });
        await this.boxOf(node).write(folder, Object.fromEntries(files));
    }

    /** What a server is started with beside its main file. */
    protected startOptions(folder: string): string {
        return ` --daemonize yes --pidfile ${folder}/pid --logfile ${folder}/log`;
    }

    /** Runs a server on the files that it has. */
    protected async run(node: NodeModel): Promise<void> {
        const [box, folder] = [this.boxOf(node), this.folders.get(node.name)];
        if (!folder) throw new Error(`${node.name} has no files`);
        await box.launch(`mkdir -p ${folder}/data; sh ${folder}/start`, { port: node.port, folder });
        this.running.set(node.name, box.attach(node.port, folder));
        this.gone.delete(node.name);
    }

    /** Ends a server at once, as a crash would. Its data stays. */
    async kill(name: string): Promise<void> {
        const { folder, close } = this.server(name);
        this.running.delete(name);
        const pid = `$(cat ${folder}/pid)`;
        await this.box.shell(`pid=${pid}; kill -9 $pid; while kill -0 $pid 2>/dev/null; do sleep 0.02; done`);
        close();
    }

    /** Has a killed server count as one that does not come back. */
    giveUp(name: string): void {
        this.gone.set(name, "its container does not stay up (Exited (137))");
    }

    server(name: string): Server {
        const server = this.running.get(name);
        if (!server) throw new Error(`${name} does not run`);
        return server;
    }

    /** The connection to one server as its administrator. */
    admin(name: string): Redis {
        return this.server(name).admin(this.passwords.administrator);
    }

    /** Fields of INFO of one server. */
    async info(name: string): Promise<Record<string, string>> {
        const text = await this.box.shell(
            `REDISCLI_AUTH=${this.passwords.administrator} redis-cli --user administrator -p ${this.server(name).port} info`,
        );
        return Object.fromEntries(
            text.split(/\r?\n/).flatMap((line) => {
                const colon = line.indexOf(":");
                return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
            }),
        );
    }

    readonly look: Look = async (model, connections): Promise<Observation> => {
        const seen = (node: NodeModel, declared: boolean): ServerObservation => ({
            node: node.name,
            ...(node.kind ? { kind: node.kind } : {}),
            host: node.host,
            declared,
            ...this.whereabouts(node),
            aliases: [],
            ...(this.gone.has(node.name) ? { gone: this.gone.get(node.name) } : {}),
            container: this.containerOf(node.name),
        });
        const declared = [...model.nodes, ...(model.sentinels ?? [])].map((node) => seen(node, true));
        const all = [...declared, ...this.leaving(model).map((node) => seen(node, false))];
        const answers = await Promise.all(all.map((one) => ask(one, model, connections)));
        const { defaults } = this;
        return answers.map((one) => (one.redis ? { ...one, redis: { ...one.redis, defaults } } : one));
    };

    /** Where a server is. */
    protected whereabouts({ announce, reach }: NodeModel): Pick<ServerObservation, "announce" | "reach"> {
        return { announce, reach };
    }

    /** Servers that run and are no longer declared. */
    protected leaving(model: Model): NodeModel[] {
        const names = new Set([...model.nodes, ...(model.sentinels ?? [])].map(({ name }) => name));
        return [...this.past.values()].filter(({ name }) => !names.has(name) && this.containerOf(name));
    }

    /** What is seen of a server's container, which is none. */
    protected containerOf(name: string): ServerObservation["container"] {
        if (!this.running.has(name) && !this.all.some((node) => node.name === name)) return undefined;
        return { id: name, name, state: this.running.has(name) ? "running" : "restarting", status: "as tested" };
    }

    /** Converges; `say` sees each sentence before its step is done, and ends the convergence by throwing. */
    async converge(say: (line: string) => void = () => undefined): Promise<Receipt> {
        const both = (line: string) => {
            this.lines.push(line);
            say(line);
        };
        this.receipt = await converge(this.model, this.passwords, both, this.look, this.receipt);
        return this.receipt;
    }

    /** What convergence would do or wait for now; empty when all is as declared. */
    async plan(): Promise<string[]> {
        const connections = new Connections(...administratorPasswords(this.passwords));
        try {
            const observation = await this.look(this.model, connections);
            const users = aclUsers(this.model, this.passwords);
            const desired = {
                model: this.model,
                users,
                replicationPassword: this.passwords.replication,
                passwords: this.passwords,
            };
            const plan = planDeployment(desired, observation);
            return describePlan(plan);
        } finally {
            connections.close();
        }
    }

    /** A writer that follows the master. */
    ledger(): Ledger {
        const all = () => [...this.ports.values()].map((port) => ({ host: "127.0.0.1", port }));
        return new Ledger(all, this.passwords.default);
    }

    /** Where a node answers. */
    at(name: string): { host: string; port: number } {
        return { host: "127.0.0.1", port: this.ports.get(name) ?? 0 };
    }

    /** Ends every server. */
    async end(): Promise<void> {
        await Promise.all([...this.running.keys()].map((name) => this.kill(name).catch(() => undefined)));
    }
}

/** Writes about so many megabytes to the node `a`, in values that cannot be compressed away. */
export async function fill(tree: TestTree, megabytes: number): Promise<void> {
    const value = randomBytes(32 * 1024).toString("hex");
    const client = tree.admin("a");
    for (let megabyte = 0; megabyte < megabytes; megabyte++) {
        const pipeline = client.pipeline();
        for (let part = 0; part < 16; part++) pipeline.set(`fill:${megabyte}:${part}`, value + megabyte + part);
        await pipeline.exec();
    }
}

/** Counts full synchronisations, as masters tell the state of their replicas, until it is stopped. */
export function watchSynchronisations(tree: TestTree, nodes: string[]) {
    const clients = nodes.map((node) => tree.admin(node));
    let watching = true;
    let most = 0;
    const loop = (async () => {
        while (watching) {
            const infos = await Promise.all(clients.map((client) => client.info("replication")));
            most = Math.max(most, infos.flatMap((info) => info.match(/^slave\d+:.*state=(?!online)/gm) ?? []).length);
            await sleep(5);
        }
    })();
    return {
        /** The most that ran at the same time, and how many have been begun since the servers started. */
        async stop(): Promise<{ most: number; full: number }> {
            watching = false;
            await loop;
            const infos = await Promise.all(nodes.map((node) => tree.info(node)));
            return { most, full: infos.reduce((sum, info) => sum + Number(info.sync_full ?? 0), 0) };
        },
    };
}
