import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/setup/paths";

describe("the project's TypeScript", () => {
    const load = (cache: string) =>
        execFileSync(
            process.execPath,
            [
                "-e",
                'require("./scripts/typescript.cjs"); console.log(require("./redis/declaration/nearest").nearest("uq", ["up"]))',
            ],
            { cwd: root, encoding: "utf8", env: { ...process.env, XDG_CACHE_HOME: cache } },
        ).trim();

    it("is compiled once, and loaded from the cache folder then", () => {
        const cache = mkdtempSync(join(tmpdir(), "typescript-"));
        try {
            assert.equal(load(cache), "up");
            const compiled = readdirSync(join(cache, "redis-on-docker", "javascript"));
            assert.ok(compiled.length > 100, "only a part was compiled");
            assert.equal(load(cache), "up");
            assert.deepEqual(readdirSync(join(cache, "redis-on-docker", "javascript")), compiled);
        } finally {
            rmSync(cache, { recursive: true, force: true });
        }
    });

    it("is loaded where nothing can be kept", () => assert.equal(load("/dev/null"), "up"));
});
