import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis, type RedisOptions } from "ioredis";
import { stringify } from "yaml";
import { connectEngine } from "../../reconcile/docker/engine";
import { nodeNames } from "../../redis/model/names";
import { freeBlock } from "../integration/servers";
import { Encryption } from "./encryption";

const root = join(__dirname, "..", "..");
/** Times are kept: `npm ci` runs when the lock file is newer than what is installed. */
const copying = { recursive: true, preserveTimestamps: true };
/** What a copy of the project does without. */
const leftOut = [".git", "node_modules", "test", "dist"];

/** A node of a stack file. */
export type Declared = Record<string, unknown>;

/** What a command printed, both streams in order, and how it ended. */
export interface Outcome {
    code: number;
    output: string;
}

/** A stack file's configuration, without the `redis:` in front of each key. */
export type StackConfiguration = Record<string, unknown> & {
    passwords?: Record<string, string>;
    previous?: Record<string, string>;
};

/**
 * A copy of the project with a backend of its own, used as a user would: by its commands. Its stacks have names that no
 * other test or user has, so nothing of theirs is touched.
 */
export class Project {
    private readonly stacks = new Set<string>();
    private key: Encryption | undefined;

    private constructor(
        readonly folder: string,
        readonly env: NodeJS.ProcessEnv,
    ) {}

    /** @param from the checkout to copy; the one that this stands in when absent */
    static async create(from = root): Promise<Project> {
        const folder = await mkdtemp(join(tmpdir(), "redis-on-docker-"));
        const checkout = join(folder, "checkout");
        for (const entry of await readdir(from)) {
            if (!leftOut.includes(entry)) await cp(join(from, entry), join(checkout, entry), copying);
        }
        await symlink(join(root, "node_modules"), join(checkout, "node_modules"));
        return new Project(checkout, environmentOf(folder));
    }

    /** How secrets stand in its stack files. */
    get encryption(): Encryption {
        this.key ??= Encryption.of(this.env);
        return this.key;
    }

    /** A stack of this project with a name of its own. */
    stack(): Stack {
        const name = `e2e-${randomBytes(3).toString("hex")}`;
        this.stacks.add(name);
        return new Stack(this, name);
    }

    /** `npm run NAME -- ARGS`. */
    npm(name: string, ...args: string[]): Promise<Outcome> {
        return execute("npm", ["run", "--silent", name, "--", ...args], this.folder, this.env);
    }

    /** The same without npm, which costs as much as a short command. */
    direct(name: string, ...args: string[]): Promise<Outcome> {
        return execute(process.execPath, [join("scripts", "start.mjs"), name, ...args], this.folder, this.env);
    }

    /** Removes the project and everything of its stacks on Docker, whatever state they are in. */
    async remove(): Promise<void> {
        for (const stack of this.stacks) await removeObjects(`redis-${stack}-`);
        await rm(join(this.folder, ".."), { recursive: true, force: true });
    }
}

/** One stack of a {@link Project}. */
export class Stack {
    constructor(
        readonly project: Project,
        readonly name: string,
    ) {}

    /** First part of the names of everything on Docker. */
    get prefix(): string {
        return `redis-${this.name}`;
    }

    /** Writes the stack file, passwords encrypted. */
    async write({ passwords, previous, ...configuration }: StackConfiguration): Promise<void> {
        const config = Object.fromEntries(Object.entries(configuration).map(([key, value]) => [`redis:${key}`, value]));
        const encrypted = passwords ? this.encrypted({ passwords, ...(previous ? { previous } : {}) }) : undefined;
        Object.assign(config, encrypted?.config);
        const { encryptionsalt } = encrypted ?? {};
        await this.writeText(stringify({ config, ...(encryptionsalt ? { encryptionsalt } : {}) }));
    }

    /** Writes the stack file as it is. */
    writeText(text: string): Promise<void> {
        return writeFile(join(this.project.folder, `Pulumi.${this.name}.yaml`), text);
    }

    private encrypted(given: Record<string, Record<string, string>>) {
        const { encryption } = this.project;
        const entries = Object.entries(given).map(([key, passwords]) => {
            const secure = Object.entries(passwords).map(([user, password]) => [user, encryption.secure(password)]);
            return [`redis:${key}`, Object.fromEntries(secure)];
        });
        return {
            config: Object.fromEntries(entries),
            encryptionsalt: encryption.encryptionsalt,
        };
    }

    up(...args: string[]): Promise<Outcome> {
        return this.project.direct("up", "--stack", this.name, ...args);
    }

    /** `npm run up`, which has to succeed; what it printed. */
    async applied(...args: string[]): Promise<string> {
        return succeeded(await this.up(...args));
    }

    /** `npm run plan`, which ends with 2 where there is something to do; what it printed. */
    async planned(): Promise<string> {
        const { code, output } = await this.project.direct("plan", "--stack", this.name);
        assert.ok(code === 0 || code === 2, output);
        return output;
    }

    down(): Promise<Outcome> {
        return this.project.direct("down", "--stack", this.name);
    }

    status(): Promise<Outcome> {
        return this.project.direct("status", "--stack", this.name);
    }

    /** `npm run status`, which has to find everything as it is declared; what it printed. */
    async asDeclared(): Promise<string> {
        return succeeded(await this.status());
    }

    pulumi(...args: string[]): Promise<Outcome> {
        return this.project.direct("pulumi", ...args, "--stack", this.name);
    }

    /** An output of the stack, secrets in clear. */
    async output(name: string): Promise<unknown> {
        const { output } = await this.pulumi("stack", "output", name, "--json", "--show-secrets");
        return JSON.parse(output);
    }

    /** A generated password, which only the state holds. */
    async secret(user: string): Promise<string> {
        const { output } = await this.pulumi("stack", "export", "--show-secrets");
        const { resources } = JSON.parse(output).deployment;
        const stash = resources.find(({ urn }: { urn: string }) => urn.endsWith(`::redis-password-${user}`));
        return JSON.parse(stash.outputs.output.plaintext);
    }

    /** Id of a node's container. */
    async containerId(node: string): Promise<string> {
        return (await connectEngine().getContainer(nodeNames(this.prefix, node).container).inspect()).Id;
    }

    /** Everything of this stack on Docker, by name. */
    objects(): Promise<string[]> {
        return objects(`${this.prefix}-`);
    }
}

/**
 * The environment of a user without a login, whose state is below `folder`. Where Pulumi and its plugins are installed
 * stays as it is: what is tested is what runs here.
 */
export function environmentOf(folder: string, from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
    const kept = Object.entries(from).filter(([name]) => name === "PULUMI_HOME" || !/^(PULUMI|npm)_/i.test(name));
    const state = join(folder, "state");
    return { ...Object.fromEntries(kept), XDG_STATE_HOME: state, PULUMI_CREDENTIALS_PATH: state };
}

function succeeded({ code, output }: Outcome): string {
    assert.equal(code, 0, output);
    return output;
}

/** Runs a program to its end. */
export function execute(file: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
    return new Promise((resolve) => {
        const child = execFile(file, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
            resolve({ code: error ? (child.exitCode ?? 1) : 0, output: stdout + stderr });
        });
    });
}

/** Connections of a test; closed with {@link Clients.close}. */
export class Clients {
    private readonly open: Redis[] = [];

    to(port: number, options: RedisOptions = {}): Redis {
        const client = new Redis({ host: "127.0.0.1", port, ...options });
        client.on("error", () => undefined);
        this.open.push(client);
        return client;
    }

    close(): void {
        for (const client of this.open.splice(0)) client.disconnect();
    }
}

/** Ports in a row that nobody uses. */
export async function freePorts(count: number): Promise<number[]> {
    const first = await freeBlock(count);
    return Array.from({ length: count }, (_, index) => first + index);
}

async function objects(prefix: string): Promise<string[]> {
    const engine = connectEngine();
    const containers = await engine.listContainers({ all: true });
    const { Volumes } = await engine.listVolumes();
    const networks = await engine.listNetworks();
    const names = [
        ...containers.flatMap(({ Names }) => Names.map((name) => name.slice(1))),
        ...(Volumes ?? []).map(({ Name }) => Name),
        ...networks.map(({ Name }) => Name),
    ];
    return names.filter((name) => name.startsWith(prefix)).sort();
}

/** Removes everything on Docker whose name begins so, and returns what there was. */
export async function removeObjects(prefix: string): Promise<string[]> {
    const found = await objects(prefix);
    const engine = connectEngine();
    const gone = () => undefined;
    for (const container of await engine.listContainers({ all: true })) {
        if (!container.Names.some((name) => name.startsWith(`/${prefix}`))) continue;
        await engine.getContainer(container.Id).remove({ force: true, v: true }).catch(gone);
    }
    for (const name of await objects(prefix)) {
        await engine.getVolume(name).remove().catch(gone);
        await engine.getNetwork(name).remove().catch(gone);
    }
    return found;
}
