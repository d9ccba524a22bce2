import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import Docker from "dockerode";
import { bundle } from "../../offline/bundle";
import { localEndpoint } from "../../reconcile/docker/endpoint";
import { cli } from "../../scripts/setup/cli";
import { image } from "../../scripts/setup/image";

const checkout = join(__dirname, "..", "..");

/** The image that the tests' containers run. */
export const testImage = "localhost/redis-debian:8.0";

/** What every Docker object of this run is called first. */
export const prefix = `offline-test-${randomBytes(3).toString("hex")}`;

export const docker = new Docker({ socketPath: "/var/run/docker.sock" });

/** What a command printed, and how it ended. */
export interface Outcome {
    code: number;
    output: string;
}

/** A resource as the state has it. */
export interface StoredResource {
    urn: string;
    type: string;
    id: string;
    inputs: Record<string, unknown>;
    outputs: Record<string, unknown>;
    initErrors?: string[];
}

let prepared: Promise<string> | undefined;

/** A Pulumi home with the bundled plugins and the CLI, as set-up makes it; one for all tests. */
export function pulumiHome(): Promise<string> {
    prepared ??= prepareHome();
    return prepared;
}

async function prepareHome(): Promise<string> {
    const home = mkdtempSync(join(tmpdir(), "offline-test-home-"));
    process.once("exit", () => rmSync(home, { recursive: true, force: true }));
    await bundle(home);
    const { path } = await cli();
    const target = join(home, "bin", "pulumi");
    try {
        linkSync(path, target);
    } catch {
        // The cache can be on another file system.
        copyFileSync(path, target);
    }
    await image(testImage, localEndpoint());
    return home;
}

/** A throwaway project with a backend of its own, run by the real CLI with the bundled plugins. */
export class Stack {
    private constructor(
        readonly folder: string,
        readonly env: NodeJS.ProcessEnv,
    ) {}

    static async create(runtimeOptions: object = { typescript: false }, main = "index.js"): Promise<Stack> {
        const home = await pulumiHome();
        const folder = mkdtempSync(join(tmpdir(), "offline-test-"));
        mkdirSync(join(folder, "state"));
        symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
        const project = { name: "offline-test", runtime: { name: "nodejs", options: runtimeOptions }, main };
        writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
        writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "offline-test", version: "1.0.0" }));
        const env: NodeJS.ProcessEnv = {
            ...process.env,
            PULUMI_HOME: home,
            PATH: `${join(home, "bin")}${delimiter}${process.env.PATH}`,
            PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
        const stack = new Stack(folder, env);
        await stack.pulumi("stack", "init", "test");
        return stack;
    }

    /** Writes a file of the project. */
    write(name: string, text: string): void {
        mkdirSync(join(this.folder, name, ".."), { recursive: true });
        writeFileSync(join(this.folder, name), text);
    }

    /** `pulumi up` of a program that has `pulumi`, `docker`, `command` and the names' `prefix` at hand. */
    up(program: string, ...args: string[]): Promise<Outcome> {
        this.write("index.js", preamble + program);
        return this.pulumi("up", "--yes", "--skip-preview", ...args);
    }

    preview(program: string, ...args: string[]): Promise<Outcome> {
        this.write("index.js", preamble + program);
        return this.pulumi("preview", ...args);
    }

    pulumi(...args: string[]): Promise<Outcome> {
        return new Promise((resolve) => {
            const options = { cwd: this.folder, env: this.env, maxBuffer: 64 * 1024 * 1024 };
            execFile("pulumi", [...args, "--non-interactive"], options, (error, stdout, stderr) => {
                resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
            });
        });
    }

    /** Starts `pulumi up` and leaves it running. */
    start(program: string): ReturnType<typeof spawn> {
        this.write("index.js", preamble + program);
        const args = ["up", "--yes", "--skip-preview", "--non-interactive"];
        return spawn("pulumi", args, { cwd: this.folder, env: this.env, stdio: "ignore" });
    }

    /** The state as it is stored, secrets encrypted. */
    async resources(): Promise<StoredResource[]> {
        const { output } = await this.pulumi("stack", "export");
        return (JSON.parse(output) as { deployment: { resources?: StoredResource[] } }).deployment.resources ?? [];
    }

    async resource(name: string): Promise<StoredResource> {
        const found = (await this.resources()).find(({ urn }) => urn.endsWith(`::${name}`));
        if (found === undefined) {
            throw new Error(`${name} is not in the state`);
        }
        return found;
    }

    /** Removes everything that the tests have made, whatever state they are in. */
    async remove(): Promise<void> {
        await this.pulumi("destroy", "--yes", "--skip-preview");
        await removeLeftovers();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

const preamble = `
require(${JSON.stringify(join(checkout, "scripts", "lightSdk.cjs"))});
const pulumi = require("@pulumi/pulumi");
const docker = require("@pulumi/docker");
const { local } = require("@pulumi/command");
const prefix = ${JSON.stringify(prefix)};
const image = ${JSON.stringify(testImage)};
`;

async function removeLeftovers(): Promise<void> {
    const filters = { name: [prefix] };
    for (const { Id } of await docker.listContainers({ all: true, filters })) {
        await docker.getContainer(Id).remove({ force: true, v: true });
    }
    for (const { Id } of await docker.listNetworks({ filters })) {
        await docker.getNetwork(Id).remove();
    }
    for (const { Name } of (await docker.listVolumes({ filters })).Volumes) {
        await docker.getVolume(Name).remove({ force: true });
    }
}
