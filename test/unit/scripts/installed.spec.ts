import assert from "node:assert/strict";
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installed } from "../../../scripts/setup/installed";
import { pins } from "../../../scripts/setup/pins";

describe("the Pulumi on PATH", () => {
    let folder: string;
    let asked: string;
    let env: NodeJS.ProcessEnv;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "installed-"));
        asked = join(folder, "asked");
        env = { PATH: `${folder}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, "cache") };
        for (const name of ["pulumi", "pulumi-language-nodejs"]) program(name, pins().cli);
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** A program that tells its version, as large as it is wanted. */
    function program(name: string, version: string, size = 0): void {
        writeFileSync(join(folder, name), `#!/bin/sh\necho asked >> '${asked}'\necho v${version}\nexit\n`);
        appendFileSync(join(folder, name), Buffer.alloc(size, "#"));
        chmodSync(join(folder, name), 0o755);
    }

    const times = () => (existsSync(asked) ? readFileSync(asked, "utf8").trim().split("\n").length : 0);
    const origin = async () => (await installed(env))?.origin;

    it("is asked for its version once", async () => {
        program("pulumi", pins().cli, 10_000_000);
        for (let run = 0; run < 3; run++) assert.equal(await origin(), `Pulumi ${pins().cli}`);
        assert.equal(times(), 1);
    });

    it("is asked again when it is another one", async () => {
        program("pulumi", pins().cli, 10_000_000);
        await origin();
        program("pulumi", "9.0.0", 10_000_001);
        assert.equal(await origin(), "Pulumi 9.0.0");
    });

    it("is asked each time where it is a script, which may start one version or another", async () => {
        for (let run = 0; run < 3; run++) await origin();
        assert.equal(times(), 3);
    });

    it("is not used when it is too old", async () => {
        program("pulumi", "3.1.0", 10_000_000);
        for (let run = 0; run < 2; run++) assert.equal(await origin(), undefined);
    });
});
