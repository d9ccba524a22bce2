import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../../scripts/setup/lock";
import { root } from "../../../scripts/setup/paths";
import { pins } from "../../../scripts/setup/pins";
import { until } from "./until";

/** A program that notes its id and how it was called, and works until it is ended or the file `done` is there. */
const program = (name: string) => `#!/usr/bin/env node
const { existsSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const note = join(__dirname, "..", "${name}");
writeFileSync(note + ".new", JSON.stringify({ pid: process.pid, args: process.argv.slice(2), cwd: process.cwd() }));
renameSync(note + ".new", note);
setInterval(() => existsSync(join(__dirname, "..", "done")) && process.exit(1), 20);
`;

describe("A bare clone", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "packages-"));
        for (const file of ["scripts/start.mjs", "scripts/modules.mjs", "package.json", "package-lock.json"])
            cpSync(join(root, file), join(folder, file));
        mkdirSync(join(folder, "offline", "cli"), { recursive: true });
        mkdirSync(join(folder, "bin"));
        symlinkSync(process.execPath, join(folder, "bin", "node"));
        for (const name of ["npm", "go"]) writeFileSync(join(folder, "bin", name), program(name), { mode: 0o755 });
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** Starts a command where the place that the CLI is downloaded from answers or does not, and a file is present. */
    function start(answers: boolean, command = "up", present = "bin/other") {
        mkdirSync(join(folder, present, ".."), { recursive: true });
        writeFileSync(join(folder, present), "");
        const place = `globalThis.fetch = async () => { if (!${answers}) throw new Error("unreachable"); }`;
        const child = spawn(process.execPath, [join(folder, "scripts", "start.mjs"), command], {
            env: {
                PATH: join(folder, "bin"),
                XDG_CACHE_HOME: join(folder, "cache"),
                NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(place)}`,
            },
            stdio: ["ignore", "ignore", "pipe"],
        });
        let said = "";
        child.stderr.setEncoding("utf8").on("data", (text) => {
            said += text;
        });
        const ended = new Promise<string>((resolve) => child.on("close", () => resolve(said)));
        return { child, ended };
    }

    const called = (name: string) => existsSync(join(folder, name));
    const note = (name: string): { pid: number; args: string[]; cwd: string } =>
        JSON.parse(readFileSync(join(folder, name), "utf8"));

    it("has the CLI's Go modules fetched while npm is at work, and ended when that fails or is ended", async () => {
        const { child, ended } = start(false);
        await until(() => called("npm") && called("go"));
        assert.deepEqual(note("go").args, ["mod", "download"]);
        assert.equal(note("go").cwd, join(folder, "offline", "cli"));
        assert.equal(note("npm").args[0], "ci");
        child.kill("SIGTERM");
        assert.match(await ended, /npm ci failed/);
        await until(() => !isAlive(note("npm").pid) && !isAlive(note("go").pid));
    });

    for (const [where, prepare] of [
        ["can be downloaded", () => start(true)],
        ["is compiled", () => start(false, "up", `cache/redis-on-docker/pulumi-${pins().cli}/pulumi`)],
        ["is installed", () => start(false, "up", "bin/pulumi")],
        ["is of no use", () => start(false, "check")],
    ] as const) {
        it(`fetches none where the CLI ${where}`, async () => {
            const { ended } = prepare();
            await until(() => called("npm"));
            // As long as Go takes to begin.
            await sleep(300);
            writeFileSync(join(folder, "done"), "");
            assert.match(await ended, /npm ci failed/);
            assert.equal(called("go"), false);
        });
    }
});
