import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { cli } from "../../scripts/setup/cli";
import { root } from "../../scripts/setup/paths";
import { pins } from "../../scripts/setup/pins";
import { yamlLanguageHost } from "../../scripts/setup/yaml";
import { freeBlock, images } from "../integration/servers";
import { Clients, environmentOf, execute, freePorts, removeObjects } from "./project";

const stack = "test";

/** A program in Pulumi YAML, outside of any checkout, with a backend of its own. */
class YamlProgram {
    private constructor(
        private folder: string,
        private readonly env: NodeJS.ProcessEnv,
    ) {}

    /** @param above a folder for it and all that it leaves */
    static async create(above: string): Promise<YamlProgram> {
        const [folder, backend] = [join(above, "program"), join(above, "backend")];
        for (const path of [folder, backend]) await mkdir(path);
        const env = environmentOf(above);
        return new YamlProgram(folder, {
            ...env,
            PATH: [env.PATH, await yamlLanguageHost(await cli())].join(delimiter),
            XDG_CACHE_HOME: join(above, "cache"),
            PULUMI_BACKEND_URL: `file://${backend}`,
            PULUMI_CONFIG_PASSPHRASE: "passphrase-of-the-test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        });
    }

    write(name: string, content: object): Promise<void> {
        const text = name.endsWith(".json")
            ? JSON.stringify(content)
            : stringify(content, { aliasDuplicateObjects: false });
        return writeFile(join(this.folder, name), text);
    }

    run(file: string, ...args: string[]) {
        return execute(file, args, this.folder, this.env);
    }

    /** Runs a command that has to succeed, and returns what it printed. */
    async done(file: string, ...args: string[]): Promise<string> {
        const { code, output } = await this.run(file, ...args);
        assert.equal(code, 0, `${file} ${args.join(" ")}\n${output}`);
        return output;
    }

    pulumi(...args: string[]): Promise<string> {
        return this.done("pulumi", ...args, "--stack", stack, "--non-interactive");
    }

    async output(name: string) {
        return JSON.parse(await this.pulumi("stack", "output", name, "--json", "--show-secrets"));
    }

    /** The state as it is stored. */
    state(): Promise<string> {
        return this.pulumi("stack", "export");
    }

    /** Every password that the deployment has made for itself, which only the state holds. */
    async generated(): Promise<string[]> {
        const { deployment } = JSON.parse(await this.pulumi("stack", "export", "--show-secrets"));
        const stashes = deployment.resources.filter(({ urn }: { urn: string }) => /::\S+-password-\w+$/.test(urn));
        return stashes.map(({ outputs }: { outputs: Record<string, { plaintext: string }> }) =>
            JSON.parse(outputs.output?.plaintext ?? "null"),
        );
    }

    async moveTo(folder: string): Promise<void> {
        await rename(this.folder, folder);
        this.folder = folder;
    }
}

describe("A program in another language", () => {
    const clients = new Clients();
    const prefix = `e2e-${randomBytes(3).toString("hex")}`;
    let above: string;
    let program: YamlProgram;

    const create = async () => {
        above = await mkdtemp(join(tmpdir(), "redis-on-docker-yaml-"));
        program = await YamlProgram.create(above);
        await program.write("Pulumi.yaml", { name: "somebody-elses", runtime: "yaml" });
        await program.done("pulumi", "stack", "init", stack, "--non-interactive");
    };

    const remove = async () => {
        clients.close();
        await removeObjects(prefix);
        await rm(above, { recursive: true, force: true });
    };

    const up = () => program.pulumi("up", "--yes", "--skip-preview");

    describe("with the package, as the README has it", () => {
        const given = "given-as-a-secret-of-the-configuration";
        const inClear = "given-in-clear-in-the-program";
        let ports: number[];
        let star: { nodes: object[]; settings?: object };

        before(async () => {
            await create();
            ports = await freePorts(3);
            const packed = program.done("npm", "pack", root, "--pack-destination", above, "--loglevel=error");
            const archive = join(above, (await packed).trim().split("\n").at(-1) ?? "");
            const dependencies = { "@pulumi/pulumi": pins().sdk, "redis-on-docker": `file:${archive}` };
            await program.write("package.json", { name: "somebody-elses", private: true, dependencies });
            await program.done("npm", "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
        });

        after(remove);

        /** Writes the program of the README, with the nodes and settings that are declared now, on ports of its own. */
        async function write(): Promise<void> {
            const text = await readFile(join(root, "README.md"), "utf8");
            const written = parse(/^```yaml\n(name: cache\n[\s\S]*?)^```$/m.exec(text)?.[1] ?? "");
            const { properties } = written.resources.cache;
            const changed = {
                image: images["8.0"],
                prefix,
                data: "delete",
                users: [{ name: "default" }, { name: "jobs" }],
            };
            Object.assign(properties, changed, star);
            properties.passwords.jobs = inClear;
            await program.write("Pulumi.yaml", { ...written, name: "somebody-elses" });
        }

        const master = () => clients.to(ports[0] ?? 0, { password: given });
        const replica = (name: string, at: number) => ({ name, port: ports[at], replicaOf: "master" });

        it("brings up a star", async () => {
            star = { nodes: [{ name: "master", port: ports[0] }, replica("replica", 1)] };
            await write();
            await program.pulumi("config", "set", "--secret", "password", given);
            await up();
            assert.match(await master().info("replication"), /role:master\r\nconnected_slaves:1/);
            const jobs = clients.to(ports[0] ?? 0, { username: "jobs", password: inClear });
            assert.equal(await jobs.ping(), "PONG");
            const { cli, url, ioredis, nodes } = await program.output("connect");
            assert.deepEqual(ioredis, { host: "127.0.0.1", port: ports[0], username: "default" });
            assert.equal(url, `redis://default@127.0.0.1:${ports[0]}`);
            assert.match(cli, /^redis-cli /);
            assert.equal(nodes, undefined);
        });

        it("finds nothing to change in another folder", async () => {
            await program.moveTo(join(above, "elsewhere"));
            await program.pulumi("preview", "--refresh", "--expect-no-changes");
        });

        it("names everything wrong in one error", async () => {
            const right = star;
            star = {
                nodes: [
                    { name: "master", port: 70_000 },
                    { ...replica("replica", 1), replicaOf: "mastr" },
                ],
                // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference in Pulumi YAML.
                settings: { "tls-key-file-pass": "${password}" },
            };
            await write();
            const { code, output } = await program.run("pulumi", "preview", "--stack", stack, "--non-interactive");
            star = right;
            assert.notEqual(code, 0);
            const errors = output.match(/^ {4}error: .*$/gm) ?? [];
            assert.equal(errors.length, 1, output);
            assert.match(errors[0] ?? "", /The declaration cannot be used as it is; nothing was touched\.$/);
            assert.match(output, /settings\.tls-key-file-pass: Must be a plain value/);
            assert.match(output, /nodes\[0\]\.port: .*\n +nodes\[1\]\.replicaOf: .*did you mean master\?/);
        });

        it("changes a setting and adds a replica", async () => {
            star = { nodes: [...star.nodes, replica("second", 2)], settings: { maxmemory: "64mb" } };
            await write();
            await up();
            const info = await master().info();
            assert.match(info, /\nconnected_slaves:2\r\n/);
            assert.match(info, /\nmaxmemory:67108864\r\n/);
        });

        it("keeps no password in clear, and leaves nothing behind", async () => {
            const generated = await program.generated();
            assert.ok(
                generated.length >= 3 && generated.every((password) => password.length > 20),
                `${generated.length}`,
            );
            const state = await program.state();
            for (const password of [given, inClear, ...generated]) assert.ok(!state.includes(password));
            await program.pulumi("destroy", "--yes", "--skip-preview");
            assert.deepEqual(await removeObjects(prefix), []);
        });
    });

    describe("with the checkout", () => {
        let firstPort: number;

        before(async () => {
            await create();
            firstPort = await freeBlock(6);
        });

        after(remove);

        const deployment = (properties: object) => ({
            type: "redis-on-docker:Deployment",
            properties: { image: images["8.0"], data: "delete", ...properties },
        });

        const write = (resources: object, outputs: string[] = []) =>
            program.write("Pulumi.yaml", {
                name: "somebody-elses",
                runtime: "yaml",
                packages: { "redis-on-docker": root },
                resources,
                outputs: Object.fromEntries(outputs.map((output) => [output, `\${sessions.${output}}`])),
            });

        const writeCluster = (cluster: object, settings: object) =>
            write(
                {
                    sessions: deployment({
                        topology: "cluster",
                        prefix,
                        cluster: { firstPort, ...cluster },
                        settings,
                    }),
                },
                ["connect", "slots", "password"],
            );

        const info = async (port: number, section: string) =>
            clients.to(port, { password: await program.output("password") }).info(section);

        it("refuses one port for two deployments", async () => {
            const nodes = [{ name: "master", port: firstPort }];
            await write({ one: deployment({ nodes }), other: deployment({ nodes }) });
            const { code, output } = await program.run("pulumi", "preview", "--stack", stack, "--non-interactive");
            assert.notEqual(code, 0, output);
            assert.match(
                output,
                /port \d+ of 127\.0\.0\.1 is that of master in the deployment (one|other) of this program/,
            );
        });

        it("brings up a cluster", async () => {
            await writeCluster({ shards: 3, replicasPerShard: 0 }, {});
            await up();
            assert.deepEqual(await program.output("slots"), {
                "shard1-1": "0-5460",
                "shard2-1": "5461-10921",
                "shard3-1": "10922-16383",
            });
            const { nodes, ioredis } = await program.output("connect");
            assert.equal(nodes.length, 3);
            assert.equal(ioredis.options.redisOptions.username, "default");
            assert.match(await info(firstPort, "cluster"), /cluster_enabled:1/);
        });

        it("changes a setting and adds a replica to each shard", async () => {
            await writeCluster({ shards: 3, replicasPerShard: 1 }, { "slowlog-max-len": 200, maxmemory: "64mb" });
            await up();
            assert.match(await info(firstPort, "replication"), /role:master\r\nconnected_slaves:1/);
            assert.match(await info(firstPort + 1, "memory"), /maxmemory:67108864/);
            await program.pulumi("preview", "--expect-no-changes");
        });

        it("keeps no password in clear, and leaves nothing behind", async () => {
            const generated = await program.generated();
            assert.ok(
                generated.length >= 4 && generated.includes(await program.output("password")),
                `${generated.length}`,
            );
            const state = await program.state();
            for (const password of generated) assert.ok(!state.includes(password));
            await program.pulumi("destroy", "--yes", "--skip-preview");
            assert.deepEqual(await removeObjects(prefix), []);
        });
    });
});
