import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { connectEngine } from "../../../reconcile/docker/engine";
import { nodeNames } from "../../../redis/model/names";
import { Application } from "../../e2e/application";
import type { Outcome, Project, Stack } from "../../e2e/project";
import { freePort, images } from "../../integration/servers";
import { argumentsOf, type Declaration, lastingPassword, passwordsOf, previousOf } from "../declaration";
import { type Book, clusterBook, treeBook } from "../servers/book";

const execute = promisify(execFile);
const gone = () => undefined;

/** A stack of its own, whose servers are containers that can be killed, wiped and cut off. */
export class Whole {
    private readonly ports = new Map<string, number>();
    private readonly clients = new Map<string, Redis>();
    private readonly books: Book[] = [];
    private declaration?: Declaration;
    private readonly engine = connectEngine();

    private constructor(readonly stack: Stack) {}

    static async create(project: Project, declaration: Declaration): Promise<Whole> {
        const whole = new Whole(project.stack());
        await whole.declare(declaration);
        return whole;
    }

    get declared(): Declaration {
        if (!this.declaration) throw new Error("nothing is declared");
        return this.declaration;
    }

    get names(): string[] {
        return this.declared.servers.map(({ name }) => name);
    }

    async declare(declaration: Declaration): Promise<void> {
        this.declaration = declaration;
        for (const name of [...this.names, "s1", "s2", "s3"]) {
            if (!this.ports.has(name)) this.ports.set(name, await freePort());
        }
        const args = argumentsOf(declaration, images[declaration.image], (name) => this.ports.get(name) ?? 0);
        const { guest, ...passwords } = this.passwords;
        const all = declaration.guest ? this.passwords : passwords;
        await this.stack.write({ ...args, passwords: all, previous: previousOf(declaration) });
        for (const client of this.clients.values()) client.options.password = lastingPassword(declaration);
    }

    get passwords(): Record<string, string> {
        return passwordsOf(this.declared);
    }

    up(): Promise<Outcome> {
        return this.stack.up();
    }

    private endpoint(name: string) {
        return { host: "127.0.0.1", port: this.ports.get(name) ?? 0 };
    }

    /** A connection to one server as its administrator, kept until the end. */
    admin(name: string): Redis {
        const known = this.clients.get(name);
        if (known) return known;
        const password = lastingPassword(this.declared);
        const client = new Redis({
            ...this.endpoint(name),
            username: "administrator",
            password,
            commandTimeout: 5_000,
        });
        client.on("error", gone);
        this.clients.set(name, client);
        return client;
    }

    /** Begins to write; returns after the first acknowledged write. */
    async write(): Promise<Book> {
        const password = this.passwords.default ?? "";
        const book =
            this.declared.shape === "cluster"
                ? clusterBook(() => Application.of(this.stack).then((application) => application.client()))
                : treeBook(() => this.names.map((name) => this.endpoint(name)), password);
        this.books.push(book);
        await book.start();
        return book;
    }

    private container(name: string) {
        return this.engine.getContainer(nodeNames(this.stack.prefix, name).container);
    }

    /** Ids of the servers' containers; of those that there are. */
    async ids(): Promise<Map<string, string>> {
        const found = this.names.map(async (name) => [name, (await this.container(name).inspect()).Id] as const);
        const known = (await Promise.allSettled(found)).flatMap((one) =>
            one.status === "fulfilled" ? [one.value] : [],
        );
        return new Map(known);
    }

    private async pid(name: string): Promise<number> {
        const { Pid } = (await this.container(name).inspect()).State;
        if (!Pid) throw new Error(`${name} does not run`);
        return Pid;
    }

    /** A signal to a server's process, past Docker: it starts again what has ended. */
    async signal(name: string, signal: NodeJS.Signals): Promise<void> {
        process.kill(await this.pid(name), signal);
    }

    /** Empties a server's volume and kills it. */
    async wipe(name: string): Promise<void> {
        const { Mountpoint } = await this.engine.getVolume(nodeNames(this.stack.prefix, name).dataVolume).inspect();
        const files = await readdir(Mountpoint);
        await Promise.all(files.map((file) => rm(join(Mountpoint, file), { recursive: true, force: true })));
        await this.signal(name, "SIGKILL");
    }

    /** Takes a server off the network, or back. */
    async cut(name: string, connected: boolean): Promise<void> {
        const network = this.engine.getNetwork(`${this.stack.prefix}-network`);
        const container = this.container(name);
        if (!connected) {
            await network.disconnect({ Container: container.id, Force: true });
            return;
        }
        const { Networks } = (await container.inspect()).NetworkSettings;
        if (Object.keys(Networks).length > 0) return;
        await network.connect({ Container: container.id, EndpointConfig: await this.endpointOf(name) });
    }

    /** By what others find a server in the network. */
    private async endpointOf(name: string) {
        const address = await this.addressOf(name);
        return { Aliases: [name], ...(address ? { IPAMConfig: { IPv4Address: address } } : {}) };
    }

    /** Gives two servers each other's names and addresses in the network, or their own `back`. */
    async swap(one: string, other: string, back = false): Promise<void> {
        if (one === other) return;
        const network = this.engine.getNetwork(`${this.stack.prefix}-network`);
        const places = [
            { Container: this.container(one).id, EndpointConfig: await this.endpointOf(back ? one : other) },
            { Container: this.container(other).id, EndpointConfig: await this.endpointOf(back ? other : one) },
        ];
        for (const { Container } of places) await network.disconnect({ Container, Force: true });
        for (const place of places) await network.connect(place);
    }

    /** The fixed address of a server, where it has one: what it announces. */
    private async addressOf(name: string): Promise<string | undefined> {
        if (this.declared.shape !== "cluster" && this.declared.shape !== "sentinel") return undefined;
        const { stdout } = await execute("docker", ["exec", this.container(name).id, "cat", "/etc/redis/redis.conf"]);
        return /replica-announce-ip "?([0-9.]+)/.exec(stdout)?.[1];
    }

    /** Has nobody get an answer of a server, though it hears everybody. */
    async oneWay(name: string, broken: boolean): Promise<void> {
        const rule = ["-p", "tcp", "--sport", String(this.ports.get(name)), "-j", "DROP"];
        const netns = ["-t", String(await this.pid(name)), "-n"];
        await execute("nsenter", [...netns, "iptables", broken ? "-A" : "-D", "OUTPUT", ...rule]);
    }

    /**
     * Has what a server sends arrive in bursts, late; returns what ends that. To delay single packets would need a module of
     * the kernel that not every machine has.
     */
    async slowDown(name: string): Promise<() => Promise<void>> {
        const rule = `OUTPUT -p tcp --sport ${this.ports.get(name)} -j DROP`;
        const bursts = `while iptables -A ${rule}; do sleep 0.1; iptables -D ${rule} || exit; sleep 0.1; done`;
        const netns = ["-t", String(await this.pid(name)), "-n"];
        const child = spawn("nsenter", [...netns, "sh", "-c", bursts], { stdio: "ignore", detached: true });
        const ended = once(child, "close");
        return async () => {
            if (child.pid) process.kill(-child.pid, "SIGKILL");
            await ended;
            await execute("nsenter", [...netns, "iptables", "-D", ...rule.split(" ")]).catch(gone);
        };
    }

    /** Has Pulumi's state say that servers were made from another image, so that it replaces them for a reason of its own. */
    async forgetImages(): Promise<void> {
        const folder = await mkdtemp(join(tmpdir(), "sequence-state-"));
        const file = join(folder, "state.json");
        try {
            await this.stack.pulumi("stack", "export", "--file", file);
            const state = JSON.parse(await readFile(file, "utf8"));
            const containers = this.names.map((name) => nodeNames(this.stack.prefix, name).container);
            for (const { type, inputs, outputs } of state.deployment.resources) {
                if (type !== "docker:index/container:Container" || !containers.includes(inputs?.name)) continue;
                inputs.image = outputs.image =
                    "sha256:0000000000000000000000000000000000000000000000000000000000000000";
            }
            await writeFile(file, JSON.stringify(state));
            await this.stack.pulumi("stack", "import", "--file", file);
        } finally {
            await rm(folder, { recursive: true, force: true });
        }
    }

    close(): void {
        for (const book of this.books) book.abandon();
        for (const client of this.clients.values()) client.disconnect();
    }
}
