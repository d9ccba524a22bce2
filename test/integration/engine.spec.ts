import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "..", "..");

/** Stands for the `ssh` program: it notes how it was called and is the far end's `docker system dial-stdio`. */
const ssh = `#!/usr/bin/env node
require("node:fs").appendFileSync(__dirname + "/calls", process.argv.slice(2).join(" ") + "\\n");
const engine = require("node:net").connect("/var/run/docker.sock");
process.stdin.pipe(engine).pipe(process.stdout);
`;

describe("A Docker Engine that is reached through ssh", () => {
    it("is asked many things through few connections, none of which keeps a program from ending", async () => {
        const folder = mkdtempSync(join(tmpdir(), "engine-ssh-"));
        try {
            writeFileSync(join(folder, "ssh"), ssh, { mode: 0o755 });
            const program = `
                const { connectEngine } = require("./reconcile/docker/engine");
                const ask = () => connectEngine("ssh://ops@far:2222").info();
                Promise.all(Array.from({ length: 20 }, ask))
                    .then(async (infos) => console.log(new Set([...infos, await ask()].map(({ ID }) => ID)).size));`;
            const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
            const args = ["--require", "tsx/cjs", "--eval", program];
            const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
            assert.equal(stdout, "1\n");
            const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
            assert.equal(calls[0], "-o ConnectTimeout=30 -l ops -p 2222 -- far docker system dial-stdio");
            assert.ok(calls.length <= 5, `${calls.length} connections`);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });
});
