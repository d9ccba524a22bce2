import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { cli } from "../../scripts/setup/cli";
import { pulumiHome, root } from "../../scripts/setup/paths";

describe("the set-up", () => {
    it("has the CLI look where it looks itself, also where HOME is not the user's own folder", async () => {
        const found = await cli();
        const home = mkdtempSync(join(tmpdir(), "home-"));
        try {
            mkdirSync(join(home, ".pulumi"));
            symlinkSync(
                join(pulumiHome({ ...process.env, ...found.env }), "plugins"),
                join(home, ".pulumi", "plugins"),
            );
            const env = {
                PATH: [dirname(found.path), dirname(process.execPath), process.env.PATH].join(delimiter),
                HOME: home,
            };
            const command = [join(root, "scripts", "start.mjs"), "pulumi", "plugin", "ls", "--json"];
            const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root, env });
            const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
            assert.deepEqual(names.sort(), ["command", "docker"]);
        } finally {
            rmSync(home, { recursive: true, force: true });
        }
    });
});
