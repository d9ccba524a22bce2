import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { starter } from "./starter";

const root = dirname(__dirname);
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
};

/** The version that the project pins of a package. */
function pinned(name: string): string {
    const version = dependencies[name] ?? devDependencies[name];
    if (version === undefined) {
        throw new Error(`${name} is not in package.json`);
    }
    return version;
}

const packages = [
    "@grpc/grpc-js",
    "@pulumi/command",
    "@pulumi/docker",
    "@pulumi/pulumi",
    "dockerode",
    "esbuild",
    "pulumi",
];

/** Where the parts take code from beside this folder: the rest of the project works with Engines in the same way. */
export const shared = join(root, "reconcile", "docker");

/**
 * Writes the executables that no package registry carries into a Pulumi home:
 *
 *     <home>/bin/pulumi-language-nodejs
 *     <home>/plugins/resource-docker-v<version>/pulumi-resource-docker and plugin.js
 *     <home>/plugins/resource-command-v<version>/pulumi-resource-command and plugin.js
 *     <home>/logs
 *
 * The CLI takes them without a warning and without a download when it is started as `<home>/bin/pulumi`, a file or
 * hard link there (a symbolic link is followed, and the language host looked for next to its target), with
 * PULUMI_HOME=<home> and node on PATH. They need Node.js alone: the checkout may go.
 */
export async function bundle(home: string): Promise<void> {
    await Promise.all([
        executable("language-host", pinned("pulumi"), join(home, "bin", "pulumi-language-nodejs")),
        ...["docker", "command"].map(async (name) => {
            const version = pinned(`@pulumi/${name}`);
            const folder = join(home, "plugins", `resource-${name}-v${version}`);
            const plugin = join(folder, "plugin.js");
            await executable(name, version, plugin);
            put(join(folder, `pulumi-resource-${name}`), starter(name), 0o755);
        }),
    ]);
    // The CLI would log every property of every resource there, several times, which is half of its work.
    put(
        join(home, "logs"),
        "A file, so that Pulumi keeps no logs here. `pulumi --logtostderr -v 9` shows them.\n",
        0o644,
    );
}

/** Changes whenever `bundle` would write something else. */
export function digest(): string {
    const hash = createHash("sha256").update(JSON.stringify(packages.map((name) => [name, pinned(name)])));
    for (const file of [...sources(__dirname), join(__dirname, "withoutSshLibrary.cjs"), ...sources(shared)]) {
        hash.update(`${relative(__dirname, file)}\0`)
            .update(readFileSync(file))
            .update("\0");
    }
    return hash.digest("hex");
}

/** Every source file below a folder. */
export function sources(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((entry) => {
            const path = join(folder, entry.name);
            return entry.isDirectory() ? sources(path) : entry.name.endsWith(".ts") ? [path] : [];
        });
}

async function executable(part: string, version: string, file: string): Promise<void> {
    mkdirSync(dirname(file), { recursive: true });
    const { outputFiles } = await build({
        entryPoints: [join(__dirname, part, "main.ts")],
        write: false,
        bundle: true,
        platform: "node",
        target: "node20",
        format: "cjs",
        banner: { js: "#!/usr/bin/env node" },
        define: { PLUGIN_VERSION: JSON.stringify(version) },
        plugins: [withoutSshLibrary],
        logLevel: "error",
    });
    for (const { text } of outputFiles) put(file, text, 0o755);
}

/** Written aside and put in place at once, so that a process that starts meanwhile finds the old file or the new. */
function put(file: string, text: string, mode: number): void {
    writeFileSync(`${file}.${process.pid}`, text, { mode });
    renameSync(`${file}.${process.pid}`, file);
}

export const withoutSshLibrary: Plugin = require("./withoutSshLibrary.cjs");
