import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "../../../scripts/setup/lock";
import { root } from "../../../scripts/setup/paths";
import { pins } from "../../../scripts/setup/pins";
import { until } from "./until";

/** Stands for a Go compiler: it is at work until it is told to end, by a file or a signal. */
const compiler = `#!/usr/bin/env node
const { existsSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const folder = join(__dirname, "..");
if (process.argv[2] === "version") {
    console.log("go version go9.9 linux/amd64");
    process.exit();
}
process.on("SIGINT", () => process.exit(130));
writeFileSync(join(folder, "compiling"), String(process.pid));
setInterval(() => {
    if (!existsSync(join(folder, "fail"))) return;
    console.error("no such module");
    process.exit(1);
}, 20);
`;

describe("A machine without Pulumi's CLI", () => {
    let folder: string;
    let engine: Server;
    let asked: string[];
    let answer: "version" | "nothing";
    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), "prepare-"));
        const bin = join(folder, "bin");
        mkdirSync(bin);
        writeFileSync(join(bin, "go"), compiler, { mode: 0o755 });
        symlinkSync(process.execPath, join(bin, "node"));
        // What was tried just before is not tried again: nothing is downloaded here.
        mkdirSync(join(folder, "cache", "redis-on-docker"), { recursive: true });
        writeFileSync(join(folder, "cache", "redis-on-docker", `no-download-${pins().cli}`), "");
        asked = [];
        answer = "version";
        // An Engine that is there, and takes its time to say whether it has the image.
        engine = createServer(({ url = "" }, response) => {
            asked.push(url);
            if (url !== "/version") return;
            if (answer === "version") response.setHeader("content-type", "application/json").end('{"Version":"1.2.3"}');
            else void until(compiling).finally(() => response.destroy());
        });
        await new Promise<void>((resolve) => engine.listen(join(folder, "socket"), resolve));
    });
    afterEach(() => {
        engine.closeAllConnections();
        engine.close();
        rmSync(folder, { recursive: true, force: true });
    });

    /** Starts `npm run plan`; what it has said is told once it has ended. */
    function plan() {
        const child = spawn(process.execPath, [join(root, "scripts", "start.mjs"), "plan"], {
            env: {
                PATH: join(folder, "bin"),
                HOME: folder,
                XDG_CACHE_HOME: join(folder, "cache"),
                XDG_STATE_HOME: join(folder, "state"),
                DOCKER_HOST: `unix://${join(folder, "socket")}`,
            },
            stdio: ["ignore", "ignore", "pipe"],
        });
        let said = "";
        child.stderr.setEncoding("utf8").on("data", (text) => {
            said += text;
        });
        const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
            child.on("close", (code) => resolve({ code, said })),
        );
        return { child, ended };
    }

    const compilerId = () => Number(readFileSync(join(folder, "compiling"), "utf8"));
    const compiling = () => existsSync(join(folder, "compiling")) && compilerId() > 0;
    const locks = () => readdirSync(join(folder, "cache", "redis-on-docker")).filter((file) => file.endsWith(".lock"));
    const imageAsked = () => asked.some((url) => url.startsWith("/images/"));
    const pluginsMade = () =>
        readdirSync(join(folder, "cache", "redis-on-docker"), { recursive: true, encoding: "utf8" }).some((file) =>
            file.endsWith(".complete"),
        );

    it("has the plugins, the Engine and the image made ready while the CLI is compiled; a failure is told once", async () => {
        const { ended } = plan();
        await until(() => compiling() && imageAsked() && pluginsMade());
        assert.equal(isAlive(compilerId()), true);
        writeFileSync(join(folder, "fail"), "");
        const { code, said } = await ended;
        assert.equal(code, 1);
        assert.equal(said.match(/Error/g)?.length, 1, said);
        assert.match(said, /^Error: Pulumi could not be compiled\. .*\n {4}no such module\n$/ms);
        assert.match(
            said,
            /^ {2}done in .*: Preparing the plugins of offline\/\n {2}not finished after .*: Compiling/m,
        );
        assert.deepEqual(locks(), []);
    });

    it("ends the compilation when the Engine cannot be had, which is told once", async () => {
        answer = "nothing";
        const { ended } = plan();
        const { code, said } = await ended;
        assert.equal(code, 1);
        assert.equal(said.match(/Error/g)?.length, 1, said);
        assert.match(said, /^Error: The Docker Engine at unix:.* does not answer .*DOCKER_HOST/m);
        assert.equal(isAlive(compilerId()), false);
        assert.deepEqual(locks(), []);
    });

    it("ends the compilation when it is asked to end", async () => {
        const { child, ended } = plan();
        await until(compiling);
        child.kill("SIGINT");
        const { code, said } = await ended;
        assert.equal(code, 130);
        assert.match(said, /^Error: interrupted while .*go was at work$/m);
        assert.equal(isAlive(compilerId()), false);
        assert.deepEqual(locks(), []);
    });
});
