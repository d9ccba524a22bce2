import { setTimeout as sleep } from "node:timers/promises";
import { Cluster, type Redis } from "ioredis";
import type { Receipt } from "../../../reconcile/receipt";
import { withPrevious } from "../../../redis/acl/passwords";
import { busOffset } from "../../../redis/model/cluster/addresses";
import { specification } from "../../../redis/model/containerSpecification";
import type { Endpoint, NodeModel } from "../../../redis/model/model";
import { passwords as firstPasswords, TestTree } from "../../integration/replicationServers";
import { type Box, freePort } from "../../integration/servers";
import type { Image } from "../actions";
import {
    argumentsOf,
    type Declaration,
    lastingPassword,
    originOf,
    passwordsOf,
    previousOf,
    withDraining,
} from "../declaration";
import { type Book, clusterBook, treeBook } from "./book";
import { Link, type LinkState } from "./link";

/** How long Docker waits before it starts a server again that has ended, in milliseconds. */
const restartDelay = 150;
/** How long a server may take to stop, in seconds; then it is killed. */
const stopSeconds = 20;

/** What stands for a server's container: Docker's view of the process. */
interface Container {
    id: string;
    specification: string;
    box: Box;
    image: Image;
    state: "running" | "restarting";
    /** What it was made from. */
    node: NodeModel;
}

/** Boxes of every version that have the same folders. */
export type Boxes = Record<Image, Box>;

/**
 * A declared deployment of any topology whose servers are processes that are replaced, killed and cut off like containers.
 * Servers know each other by ports of links, which lead to the servers' own.
 */
export class Processes extends TestTree {
    private readonly containers = new Map<string, Container>();
    private readonly links = new Map<string, { port: number; to: number; links: Link[] }>();
    private readonly admins = new Map<string, Redis>();
    private readonly books: Book[] = [];
    private declaration?: Declaration;
    private made = 0;

    constructor(private readonly boxes: Boxes) {
        super(boxes["7.0"]);
    }

    get declared(): Declaration {
        if (!this.declaration) throw new Error("nothing is declared");
        return this.declaration;
    }

    /** Changes the declaration, and nothing else yet. */
    async declareSequence(declaration: Declaration): Promise<void> {
        for (const { name, formerly = [] } of declaration.servers) this.rename(formerly[0], name);
        this.declaration = declaration;
        this.passwords = { ...firstPasswords, ...withPrevious(passwordsOf(declaration), previousOf(declaration)) };
        for (const client of this.admins.values()) client.options.password = lastingPassword(declaration);
        const names = [...declaration.servers.map(({ name }) => name), "s1", "s2", "s3"];
        const key = (name: string) => {
            const server = declaration.servers.find((one) => one.name === name);
            return server ? [originOf(server), server.moves ?? ""].join("") : name;
        };
        const ports = new Map(
            await Promise.all(names.map(async (name) => [name, await this.portOf(key(name))] as const)),
        );
        this.declareAll(argumentsOf(declaration, `redis:${declaration.image}`, (name) => ports.get(name) ?? 0));
        for (const { name, port } of this.model.nodes) await this.link(name, port);
        const nodes = this.model.nodes.map((node) => ({ ...node, announce: this.announced(node) }));
        this.current = withDraining({ ...this.model, nodes }, declaration);
        for (const node of this.model.nodes) this.past.set(node.name, node);
    }

    /** Has what is known of a server be known under its new name. */
    private rename(from: string | undefined, to: string): void {
        const { containers, links, admins, running, folders, past } = this;
        for (const known of [containers, links, admins, running, folders, past] as Map<string, unknown>[]) {
            const value = from === undefined ? undefined : known.get(from);
            if (value === undefined || from === undefined) continue;
            known.delete(from);
            known.set(to, value);
        }
    }

    private announced({ name, announce }: NodeModel): Endpoint {
        return { ...announce, port: this.links.get(name)?.port ?? announce.port };
    }

    private async link(name: string, to: number): Promise<void> {
        const known = this.links.get(name);
        if (known?.to === to) return;
        const port = await freePort();
        const links = [await Link.open(port, to)];
        // The ways to the port that a server had stay until the end.
        if (this.model.topology === "cluster") links.push(await Link.open(port + busOffset, to + busOffset));
        this.links.set(name, { port, to, links: [...links, ...(known?.links ?? [])] });
    }

    /** Breaks the ways to a server, or mends them. */
    setLink(name: string, state: LinkState): void {
        for (const link of this.links.get(name)?.links ?? []) link.set(state);
    }

    /** Has the addresses of two servers change places. */
    swapLinks(one: string, other: string): void {
        this.lead(one, other);
        this.lead(other, one);
    }

    /** Gives servers their own addresses back. */
    restoreLinks(...names: string[]): void {
        for (const name of names) this.lead(name, name);
    }

    private lead(address: string, to: string): void {
        const targets = this.links.get(to)?.links ?? [];
        for (const [index, link] of (this.links.get(address)?.links ?? []).entries())
            link.leadTo(targets[index] ?? link);
    }

    protected override boxOf({ name }: NodeModel): Box {
        return this.containers.get(name)?.box ?? this.boxes[this.declared.image];
    }

    /** It runs in the foreground: Docker, and so this, knows its process by its number. */
    protected override startOptions(): string {
        return "";
    }

    /** Starts a server's container, which is as quick as Docker: whether Redis answers is for others to see. */
    protected override async run(node: NodeModel): Promise<void> {
        const [box, folder] = [this.boxOf(node), this.folders.get(node.name)];
        await box.shell(
            `cd ${folder}; mkdir -p data; setsid sh ./start >>log 2>&1 </dev/null & echo $! >${folder}/pid`,
        );
        this.running.set(node.name, box.attach(node.port, folder ?? ""));
    }

    /** A server is where its container was made to be. */
    protected override whereabouts(node: NodeModel) {
        const { announce, reach } = this.containers.get(node.name)?.node ?? node;
        return { announce, reach };
    }

    protected override containerOf(name: string) {
        const container = this.containers.get(name);
        if (!container) return undefined;
        const { id, specification, state } = container;
        return { id, name, state, status: "as tested", specification };
    }

    /** Servers that are no longer declared and still there. */
    left(): NodeModel[] {
        return this.leaving(this.model);
    }

    /** What the last convergence wrote. */
    get lastReceipt(): Receipt | undefined {
        return this.receipt;
    }

    set lastReceipt(receipt: Receipt | undefined) {
        this.receipt = receipt;
    }

    /** What a server's container is now; undefined where there is none. */
    idOf(name: string): string | undefined {
        return this.containers.get(name)?.id;
    }

    /** Whether a server's container is the one that is declared. */
    isCurrent(node: NodeModel): boolean {
        return this.containers.get(node.name)?.specification === specification(this.model, node);
    }

    /** Lays the declared files of a server. */
    async lay(node: NodeModel): Promise<void> {
        // Those of another place are in another volume.
        const { name, reach } = this.containers.get(node.name)?.node ?? node;
        if (name === node.name && reach.port === node.port) await this.layFiles(node);
    }

    /** Makes a server's container and starts it, with the data that it has. */
    async create(node: NodeModel): Promise<string> {
        const { image } = this.declared;
        const id = `${node.name}-${++this.made}`;
        const box = this.boxes[image];
        this.containers.set(node.name, {
            id,
            specification: specification(this.model, node),
            box,
            image,
            state: "running",
            node,
        });
        this.admins.get(node.name)?.disconnect();
        this.admins.delete(node.name);
        await this.run(node);
        return id;
    }

    /** Stops a server as Docker does, and removes its container; its data stays. */
    async remove(name: string): Promise<void> {
        const container = this.containers.get(name);
        const folder = this.folders.get(name);
        this.containers.delete(name);
        this.running.delete(name);
        if (!container || !folder) return;
        // A server that stands still ends when it goes on.
        await container.box.shell(
            `pid=$(cat ${folder}/pid 2>/dev/null) || exit 0
            kill -TERM $pid 2>/dev/null || exit 0
            i=0; while kill -0 $pid 2>/dev/null; do
                i=$((i+1)); [ $i -lt ${stopSeconds * 50} ] || kill -9 $pid; sleep 0.02
            done`,
        );
    }

    /** Deletes what a server keeps, which has left. */
    async forget(name: string): Promise<void> {
        const folder = this.folders.get(name);
        this.folders.delete(name);
        this.past.delete(name);
        if (folder) await this.box.shell(`rm -rf ${folder}`);
    }

    /** What makes a server's container again as it is now. */
    record(name: string): { image: string; putBack: () => Promise<void> } {
        const container = this.containers.get(name);
        if (!container) throw new Error(`${name} has no container`);
        const { node } = container;
        return {
            image: container.image,
            putBack: async () => {
                await this.remove(name);
                this.containers.set(name, { ...container, id: `${name}-${++this.made}`, state: "running" });
                await this.run({ ...node, name });
            },
        };
    }

    /** SIGKILL of servers at once; Docker starts each again, on the files and the data that it has. */
    async crash(names: string[], wiped = false): Promise<void> {
        const victims = names.filter(
            (name) => this.running.has(name) && this.containers.get(name)?.state === "running",
        );
        const ids = victims.map((name) => this.idOf(name));
        for (const name of victims) (this.containers.get(name) as Container).state = "restarting";
        await Promise.all(victims.map((name) => this.killNow(name, wiped)));
        await sleep(restartDelay);
        await Promise.all(
            victims.map(async (name, index) => {
                const container = this.containers.get(name);
                // It may have been replaced meanwhile.
                if (!container || container.id !== ids[index]) return;
                container.state = "running";
                await this.run({ ...container.node, name });
            }),
        );
    }

    private async killNow(name: string, wiped: boolean): Promise<void> {
        const folder = this.folders.get(name);
        const { box } = this.containers.get(name) as Container;
        const data = wiped ? `rm -rf ${folder}/data; mkdir ${folder}/data` : ":";
        await box.shell(
            `pid=$(cat ${folder}/pid); kill -9 $pid || exit 0; while kill -0 $pid 2>/dev/null; do sleep 0.02; done; ${data}`,
        );
    }

    /** Sends a signal to a server's process, if there is one. */
    async signal(name: string, signal: "STOP" | "CONT"): Promise<void> {
        const [container, folder] = [this.containers.get(name), this.folders.get(name)];
        if (container && folder) await container.box.shell(`kill -${signal} $(cat ${folder}/pid) 2>/dev/null || :`);
    }

    /** A connection to one server as its administrator, kept until the end. */
    override admin(name: string): Redis {
        const password = lastingPassword(this.declared);
        const known = this.admins.get(name) ?? this.server(name).connect({ username: "administrator", password });
        this.admins.set(name, known);
        return known;
    }

    /** Has connections to servers be made anew when they are needed. */
    signInAgain(): void {
        for (const client of this.admins.values()) client.disconnect();
        this.admins.clear();
    }

    /** Begins to write; returns after the first acknowledged write. */
    async write(): Promise<Book> {
        const { topology } = this.model;
        const reaches = () => [...this.model.nodes, ...[...this.containers.values()].map(({ node }) => node)];
        const endpoints = () => reaches().map(({ reach }) => reach);
        const password = this.passwords.default;
        const options = { redisOptions: { password, socketTimeout: 15_000 } };
        const book =
            topology === "cluster"
                ? clusterBook(() => new Cluster(endpoints(), options))
                : treeBook(endpoints, password);
        this.books.push(book);
        await book.start();
        return book;
    }

    override async end(): Promise<void> {
        for (const book of this.books) book.abandon();
        for (const client of this.admins.values()) client.disconnect();
        const names = [...this.containers.keys()];
        await Promise.all(names.map((name) => this.killNow(name, false).catch(() => undefined)));
        await Promise.all(names.map((name) => this.forget(name).catch(() => undefined)));
        for (const { links } of this.links.values()) for (const link of links) link.close();
    }
}
