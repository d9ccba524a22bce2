import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Entry, readReport, report, reportFile } from "../../../reconcile/report";
import { reported } from "../../../scripts/cli/reported";
import type { Session } from "../../../scripts/cli/session";

describe("what a run tells npm run up", () => {
    const failure = { kind: "failure", text: "redis-dev is not usable\n  a: expected an answer" } as const;

    it("is told to nobody where something else runs it", () => {
        assert.equal(report(failure, {}), false);
    });

    it("is read in order, each once, and nothing where nothing was told", () => {
        const folder = mkdtempSync(join(tmpdir(), "report-"));
        try {
            const env = { [reportFile]: join(folder, "report") };
            assert.deepEqual(readReport(env[reportFile] ?? ""), []);
            const copies: Entry = { kind: "lastCopies", copies: [{ node: "a", word: "a:0123456789ab", keys: 5 }] };
            for (const entry of [copies, failure, copies]) assert.equal(report(entry, env), true);
            assert.deepEqual(readReport(env[reportFile] ?? ""), [copies, failure]);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("ends with which masters take no writes, as it was seen last", async () => {
        const session = { env: {} } as Session;
        const full = ["a refuses writes: OOM"];
        const { refusals } = await reported(session, async () => {
            for (const sentences of [full, [], full]) report({ kind: "writeRefusals", sentences }, session.env);
        });
        assert.deepEqual(refusals, full);
    });

    it("reaches it through the environment of one command, and no further", async () => {
        const session = { env: {} } as Session;
        const { result, failures, copies } = await reported(session, async () => report(failure, session.env));
        assert.deepEqual([result, failures, copies], [true, [failure.text], []]);
        assert.deepEqual(session.env, {});
    });

    it("leaves nothing behind where a command was killed, once another one has run", async () => {
        const folder = mkdtempSync(join(tmpdir(), "report-"));
        const env = { ...process.env, TMPDIR: folder };
        const source = JSON.stringify(join(__dirname, "..", "..", "..", "scripts", "cli", "reported"));
        const command = (work: string) => {
            const program = `require(${source}).reported({ env: {} }, async () => { ${work} })`;
            return spawn(process.execPath, ["--require=tsx/cjs", "--eval", program], { env });
        };
        try {
            const killed = command("setInterval(() => undefined, 1000); await new Promise(() => undefined)");
            while (readdirSync(folder).every((name) => !name.includes("-report-"))) await sleep(20);
            killed.kill("SIGKILL");
            await once(killed, "exit");
            const [code] = await once(command(""), "exit");
            assert.equal(code, 0);
            assert.deepEqual(
                readdirSync(folder).filter((name) => name.includes("-report-")),
                [],
            );
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
});
