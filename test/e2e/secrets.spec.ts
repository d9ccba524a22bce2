import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { connectEngine, lastLogLines } from "../../reconcile/docker/engine";
import { parseGenerated } from "../../redis/acl/generatedPasswords";
import { images } from "../integration/servers";
import { freePorts, Project, type Stack } from "./project";

/** A password that the user gives; every other one is generated. */
const given = "correct-horse-battery-staple";

describe("Secrets", () => {
    let project: Project;
    let stack: Stack;
    const secrets = new Map<string, string>();
    let printed = "";
    let processes = "";
    let masterPort = 0;

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        const [master = 0, replica] = await freePorts(2);
        masterPort = master;
        await stack.write({
            image: images["8.0"],
            nodes: [
                { name: "master", port: master },
                { name: "replica", port: replica, replicaOf: "master" },
            ],
            users: [{ name: "default" }, { name: "app", keys: ["app:*"] }],
            data: "delete",
        });
        await upWatched();
        // From a generated password to a given one, which goes encrypted into the stack file.
        const set = await project.direct(
            "pulumi",
            "config",
            "set",
            "--secret",
            "--path",
            "redis:passwords.app",
            given,
            "--stack",
            stack.name,
        );
        assert.equal(set.code, 0, set.output);
        const plan = await project.direct("plan", "--stack", stack.name, "--json");
        assert.equal(plan.code, 2, plan.output);
        printed += plan.output;
        // Once in our words, once in Pulumi's.
        await upWatched("--verbose");
        for (const user of ["default", "administrator", "replication", "health"]) {
            secrets.set(user, await stack.secret(user));
        }
        secrets.set("app", given);
    });

    after(() => project.remove());

    /** `npm run up`, with the process list looked at all the time. */
    async function upWatched(...args: string[]): Promise<void> {
        const { folder, env } = project;
        const command = ["run", "--silent", "up", "--", "--stack", stack.name, ...args];
        const child = spawn("npm", command, { cwd: folder, env });
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (chunk: Buffer) => {
                printed += chunk.toString();
            });
        }
        const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
        let code: number | null | undefined;
        void ended.then((value) => {
            code = value;
        });
        while (code === undefined) {
            processes += commandLines();
            await sleep(100);
        }
        assert.equal(code, 0, printed);
    }

    /** Fails when a secret stands in a text; the message does not repeat it. */
    function clean(text: string, where: string): void {
        assert.ok(text.length > 0, `nothing was read from ${where}`);
        for (const [user, secret] of secrets) {
            assert.equal(text.includes(secret), false, `the password of ${user} stands in ${where}`);
            const encoded = Buffer.from(secret).toString("base64");
            assert.equal(text.includes(encoded), false, `the password of ${user} stands, encoded, in ${where}`);
        }
    }

    it("are all different, and at least 16 characters long", () => {
        assert.equal(new Set(secrets.values()).size, 5);
        for (const secret of secrets.values()) assert.ok(secret.length >= 16);
    });

    it("apply: a given one replaces the generated one while the server runs", async () => {
        const client = new Redis({ host: "127.0.0.1", port: masterPort, username: "app", password: given });
        try {
            assert.equal(await client.set("app:title", "sunshine"), "OK");
        } finally {
            client.disconnect();
        }
    });

    it("stand in no preview or progress line", () => clean(printed, "the output of up"));

    it("stand in no process's arguments during the update", () => clean(processes, "the process list"));

    it("stand in no docker inspect", async () => {
        const engine = connectEngine();
        for (const name of await stack.objects()) {
            const found = await Promise.allSettled([
                engine.getContainer(name).inspect(),
                engine.getVolume(name).inspect(),
                engine.getNetwork(name).inspect(),
            ]);
            clean(
                JSON.stringify(found.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))),
                name,
            );
        }
    });

    it("stand in no container's log", async () => {
        const engine = connectEngine();
        for (const node of ["master", "replica"]) {
            const lines = await lastLogLines(engine, await stack.containerId(node), 1000);
            clean(lines.join("\n"), `the log of ${node}`);
        }
    });

    it("stand in neither the exported state nor any file of the backend", async () => {
        const { output } = await stack.pulumi("stack", "export");
        clean(output, "the exported state");
        const { resources } = JSON.parse(output).deployment;
        const { outputs } = resources.find(({ type }: { type: string }) => type === "redis-on-docker:index:Deployment");
        assert.deepEqual(Object.keys(outputs).sort(), ["connect", "endpoints", "password", "passwords"]);
        for (const secret of [outputs.password, outputs.passwords]) assert.match(secret.ciphertext, /^\w/);
        const state = project.env.XDG_STATE_HOME ?? "";
        for (const entry of readdirSync(state, { recursive: true, withFileTypes: true })) {
            if (entry.isFile()) clean(`.${readFileSync(`${entry.parentPath}/${entry.name}`, "latin1")}`, entry.name);
        }
    });

    it("are changed by npm run rotate, while a client that holds on to the old one is named", async () => {
        const before = new Map(secrets);
        const connect = (password = "", connectionName?: string) => {
            const options = { host: "127.0.0.1", port: masterPort, password, connectionName, retryStrategy: null };
            const client = new Redis(options);
            client.on("error", () => undefined);
            return client;
        };
        const forgotten = connect(before.get("default"), "forgotten");
        assert.equal(await forgotten.ping(), "PONG");
        await sleep(1100);
        const rotated = await project.direct("rotate", "--stack", stack.name);
        assert.equal(rotated.code, 0, rotated.output);
        for (const user of ["administrator", "replication", "health"]) {
            const { password, previous } = parseGenerated(await stack.secret(user));
            assert.equal(previous, undefined);
            assert.notEqual(password, before.get(user));
            secrets.set(user, password);
        }
        secrets.set("default", String(await stack.output("password")));
        assert.notEqual(secrets.get("default"), before.get("default"));
        const status = await stack.asDeclared();
        assert.match(
            status,
            /the old password of default has been valid for \d+ \w+; 1 connection is older than the change: [\d.]+:\d+ \(forgotten\) to master/,
        );
        for (const password of [before.get("default"), secrets.get("default")]) {
            const client = connect(password);
            assert.equal(await client.ping(), "PONG");
            client.disconnect();
        }
        const refused = await project.direct("rotate", "default", "--end", "--stack", stack.name);
        assert.notEqual(refused.code, 0, refused.output);
        assert.match(refused.output, /previous\.default: .*1 connection was made before.*\(forgotten\) to master/);
        forgotten.disconnect();
        const done = await project.direct("rotate", "default", "--end", "--stack", stack.name);
        assert.equal(done.code, 0, done.output);
        const late = connect(before.get("default"));
        await assert.rejects(late.ping());
        late.disconnect();
        const client = connect(secrets.get("default"));
        assert.equal(await client.ping(), "PONG");
        client.disconnect();
        const printed = [rotated, refused, done].map(({ output }) => output).join("\n") + status;
        clean(printed, "the output of rotate");
        for (const [user, secret] of before)
            assert.equal(printed.includes(secret), false, `the old password of ${user} stands in the output of rotate`);
    });

    it("stand in no error: a convergence that fails, a policy that is violated", async () => {
        const signal = async (name: string) =>
            execFileSync("docker", ["kill", `--signal=${name}`, await stack.containerId("replica")]);
        const before = await stack.output("connect");
        await signal("STOP");
        try {
            const { code, output } = await stack.up();
            assert.notEqual(code, 0);
            assert.match(output, /replica: does not answer on 127\.0\.0\.1:\d+ although its container runs/);
            assert.doesNotMatch(output, /- connect/, "outputs are shown as deleted");
            clean(output, "the error");
        } finally {
            await signal("CONT");
        }
        assert.deepEqual(await stack.output("connect"), before, "outputs are lost");
    });
});

/** The arguments of every process of this machine. */
function commandLines(): string {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => {
            try {
                return `${readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ")}\n`;
            } catch {
                return "";
            }
        })
        .join("");
}
