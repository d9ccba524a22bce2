import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/setup/paths";
import { pins } from "../../scripts/setup/pins";
import { images } from "../integration/servers";
import { Clients, environmentOf, execute, freePorts, removeObjects } from "./project";

/** What `pulumi new typescript` writes. */
const usualCompilerOptions = {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
};

const imports = 'import { local } from "@pulumi/command";\nimport { Deployment } from "redis-on-docker";\n';

describe("The package, installed in a program of somebody else's", () => {
    const stack = "test";
    const prefix = `e2e-${randomBytes(3).toString("hex")}`;
    const clients = new Clients();
    let folder: string;
    let program: string;
    let env: NodeJS.ProcessEnv;
    let ports: number[];

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "redis-on-docker-package-"));
        program = join(folder, "program");
        ports = await freePorts(3);
        const state = join(folder, "backend");
        await mkdir(state);
        await mkdir(program);
        env = {
            ...environmentOf(folder),
            XDG_CACHE_HOME: join(folder, "cache"),
            PULUMI_BACKEND_URL: `file://${state}`,
            PULUMI_CONFIG_PASSPHRASE: "passphrase-of-the-test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
        await done(root, "npm", "pack", "--pack-destination", folder);
        const dependencies = {
            "@pulumi/pulumi": pins().sdk,
            "redis-on-docker": "file:../redis-on-docker-0.1.0.tgz",
            typescript: "5.9.3",
        };
        await write("package.json", JSON.stringify({ name: "somebody-elses", private: true, dependencies }));
        await done(program, "npm", "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
        await write("tsconfig.json", JSON.stringify({ compilerOptions: usualCompilerOptions, files: ["index.ts"] }));
    });

    after(async () => {
        clients.close();
        await removeObjects(prefix);
        await rm(folder, { recursive: true, force: true });
    });

    const write = (name: string, text: string) => writeFile(join(program, name), text);

    async function done(cwd: string, file: string, ...args: string[]): Promise<string> {
        const { code, output } = await execute(file, args, cwd, env);
        assert.equal(code, 0, `${file} ${args.join(" ")}\n${output}`);
        return output;
    }

    const pulumi = (...args: string[]) => done(program, "pulumi", ...args, "--stack", stack, "--non-interactive");

    /** The node that answers on a port, as its clients see it. */
    async function info(port: number | undefined, deployment: string): Promise<string> {
        const passwords = JSON.parse(await pulumi("stack", "output", "passwords", "--json", "--show-secrets"));
        return clients.to(port ?? 0, { password: passwords[deployment] }).info("replication");
    }

    /** Two deployments in one program; the password of one is made by another resource. */
    const deployments = (replicas: string) => `
const cache = new Deployment("${prefix}-cache", {
    image: "${images["8.0"]}",
    nodes: [
        { name: "master", port: ${ports[0]} },
        ${replicas}
    ],
    data: "delete",
});
const made = new local.Command("made", { create: "echo made-by-another-resource" });
const sessions = new Deployment("${prefix}-sessions", {
    passwords: { default: made.stdout },
    image: "${images["8.0"]}",
    nodes: [{ name: "master", port: ${ports[2]}, persistence: "rdb" }],
    data: "delete",
});
`;

    it("brings up two deployments from ten lines of TypeScript", async () => {
        await write("Pulumi.yaml", "name: somebody-elses\nruntime: nodejs\n");
        const outputs = "export const passwords = { cache: cache.password, sessions: sessions.password };\n";
        await write("index.ts", `${imports}${deployments("")}${outputs}`);
        await done(program, "pulumi", "stack", "init", stack, "--non-interactive");
        await refusesOnePortForBoth();
        await pulumi("up", "--yes", "--skip-preview");
        assert.match(await info(ports[0], "cache"), /role:master\r\nconnected_slaves:0/);
        const sessions = clients.to(ports[2] ?? 0, { password: "made-by-another-resource" });
        assert.equal(await sessions.ping(), "PONG");
    });

    async function refusesOnePortForBoth(): Promise<void> {
        const text = await readFile(join(program, "index.ts"), "utf8");
        await write("index.ts", text.replace(`port: ${ports[2]}`, `port: ${ports[0]}`));
        const preview = ["preview", "--stack", stack, "--non-interactive"];
        const { code, output } = await execute("pulumi", preview, program, env);
        assert.notEqual(code, 0, output);
        const sentence = `nodes[0].port: port ${ports[0]} of 127.0.0.1 is that of master in the deployment ${prefix}-`;
        assert.ok(output.includes("nothing was touched") && output.includes(sentence), output);
        await write("index.ts", text);
    }

    it("finds nothing to change in another folder", async () => {
        const elsewhere = join(folder, "elsewhere");
        await rename(program, elsewhere);
        program = elsewhere;
        await pulumi("preview", "--refresh", "--expect-no-changes");
    });

    it("changes one of them, from an ECMAScript module", async () => {
        await write("Pulumi.yaml", "name: somebody-elses\nruntime:\n  name: nodejs\nmain: index.mjs\n");
        const outputs = "export const passwords = { cache: cache.password, sessions: sessions.password };\n";
        const replica = `{ name: "replica", port: ${ports[1]}, replicaOf: "master" },`;
        await write("index.mjs", `${imports}${deployments(replica)}${outputs}`);
        await pulumi("up", "--yes", "--skip-preview", "--refresh");
        assert.match(await info(ports[1], "cache"), /role:slave[\s\S]*master_link_status:up/);
    });

    it("keeps no password in clear, and leaves nothing behind", async () => {
        const passwords = JSON.parse(await pulumi("stack", "output", "passwords", "--json", "--show-secrets"));
        const state = await pulumi("stack", "export");
        // The other one stands in the text of the command that makes it.
        assert.ok(passwords.cache.length > 20 && !state.includes(passwords.cache));
        await pulumi("destroy", "--yes", "--skip-preview");
        assert.deepEqual(await removeObjects(prefix), []);
    });
});
