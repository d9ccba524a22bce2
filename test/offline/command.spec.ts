import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiHome, Stack } from "./stack";

describe("local.Command", () => {
    let stack: Stack;
    let folder: string;
    before(async () => {
        stack = await Stack.create();
        folder = mkdtempSync(join(tmpdir(), "offline-test-"));
    });
    after(async () => {
        await stack.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    const noted = () => readFileSync(join(folder, "log"), "utf8").trim().split("\n");

    it("runs when it comes, changes and goes", async () => {
        const program = (environment: string, trigger: number) => `
            const command = new local.Command("command", {
                create: "echo create $WORD $(cat) >> log; echo created; echo noted >&2",
                update: "echo update $WORD $PULUMI_COMMAND_STDOUT >> log; echo updated",
                delete: "echo delete $WORD >> log",
                environment: { WORD: "${environment}" }, stdin: "from stdin", dir: ${JSON.stringify(folder)},
                interpreter: ["/bin/sh", "-eu", "-c"], triggers: [${trigger}],
            });
            exports.stdout = command.stdout;`;
        const created = await stack.up(program("one", 1));
        assert.equal(created.code, 0, created.output);
        assert.match(created.output, /stdout: "created"/);
        assert.match(created.output, /noted/);
        const same = await stack.up(program("one", 1), "--expect-no-changes");
        assert.equal(same.code, 0, same.output);
        const updated = await stack.up(program("two", 1));
        assert.match(updated.output, /~ 1 updated/);
        const replaced = await stack.up(program("two", 2));
        assert.match(replaced.output, /\+-1 replaced/);
        await stack.up("");
        assert.deepEqual(noted(), [
            "create one from stdin",
            "update two created",
            "create two from stdin",
            "delete two",
            "delete two",
        ]);
    });

    it("tells how it failed, without environment and input", async () => {
        const failed = await stack.up(`
            new local.Command("command", {
                create: "echo out; echo err >&2; echo $PASSWORD; exit 3",
                environment: { PASSWORD: pulumi.secret("swordfish") }, stdin: "hunter2", logging: "none",
            });`);
        assert.notEqual(failed.code, 0);
        assert.match(failed.output, /exit status 3: running "echo out;/);
        assert.match(failed.output, /\n\s+out\n/);
        assert.match(failed.output, /\n\s+err\n/);
        assert.doesNotMatch(failed.output, /swordfish|hunter2/);
    });

    it("logs what it is asked to, also lines of any length", async () => {
        const program = `
            for (const logging of ["stdout", "stderr", "none"]) {
                new local.Command(logging, { create: "echo o-" + logging + "; echo e-" + logging + " >&2", logging });
            }
            const long = new local.Command("long", { create: "head -c 200000 /dev/zero | tr '\\\\0' x; echo" });
            exports.length = long.stdout.apply((text) => text.length);`;
        const { code, output } = await stack.up(program);
        assert.equal(code, 0, output);
        assert.match(output, /length: 200000/);
        const shown = ["o-stdout", "e-stdout", "o-stderr", "e-stderr", "o-none", "e-none"].filter((line) =>
            output.includes(line),
        );
        assert.deepEqual(shown, ["o-stdout", "e-stderr"]);
    });

    it("is ended with its children when its time is over", async () => {
        const started = Date.now();
        const failed = await stack.up(`
            new local.Command("slow", { create: "(sleep 60; touch ${folder}/late) & wait" }, { customTimeouts: { create: "1s" } });`);
        assert.notEqual(failed.code, 0);
        assert.match(failed.output, /timeout/);
        assert.ok(Date.now() - started < 50_000);
    });

    it("keeps secrets encrypted, and its output too if asked", async () => {
        const program = `
            new local.Command("command", {
                create: "echo $PASSWORD", environment: { PASSWORD: pulumi.secret("swordfish"), PLAIN: "plain" }, logging: "none",
            }, { additionalSecretOutputs: ["stdout"] });`;
        const { code, output } = await stack.up(program);
        assert.equal(code, 0, output);
        const { inputs, outputs } = await stack.resource("command");
        assert.doesNotMatch(JSON.stringify({ inputs, outputs }) + output, /swordfish/);
        assert.equal((outputs.environment as Record<string, unknown>).PLAIN, "plain");
        assert.ok(statSync(join(await pulumiHome(), "logs")).isFile(), "the CLI has logged properties");
        const refused = await stack.preview('new local.Command("odd", { create: "true", assetPaths: ["*"] });');
        assert.match(refused.output, /"assetPaths" is not served by this provider/);
    });

    it("is finished, and its plugin ends, when the CLI is killed", async () => {
        const mark = join(folder, "finished");
        const cli = stack.start(`
            new local.Command("last", { create: "touch ${folder}/begun; echo $PPID > ${folder}/plugin; sleep 2; touch ${mark}" });`);
        await until(() => existsSync(join(folder, "plugin")));
        const plugin = Number(readFileSync(join(folder, "plugin"), "utf8"));
        cli.kill("SIGKILL");
        await until(() => existsSync(mark) && !isAlive(plugin));
        await stack.pulumi("cancel", "--yes");
    });
});

async function until(met: () => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!met()) {
        assert.ok(Date.now() < deadline, "it did not happen within a minute");
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}
