import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { pins } from "../../scripts/setup/pins";
import { Backend, pack } from "./support/cli";
import { expectViolations } from "./support/expected";

const foreign = join(__dirname, "foreign");

/** Where a user has the pack. */
const installed = join("node_modules", "redis-on-docker-policies");

describe("the pack as a package, installed beside somebody else's program", function () {
    this.timeout(300_000);
    const stack = "test";
    let backend: Backend;
    let folder: string;

    before(async () => {
        backend = await Backend.open();
        folder = mkdtempSync(join(tmpdir(), "redis-policy-package-"));
        npm(pack, "pack", "--pack-destination", folder);
        const dependencies = {
            "@pulumi/docker": pins().plugins.docker,
            "@pulumi/pulumi": pins().sdk,
            "redis-on-docker-policies": "file:../redis-on-docker-policies-0.1.0.tgz",
        };
        mkdirSync(program());
        write("package.json", JSON.stringify({ name: "somebody-elses", private: true, dependencies }));
        write("Pulumi.yaml", "name: somebody-elses\nruntime: nodejs\n");
        npm(program(), "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund");
        const { code, output } = await backend.pulumi(program(), ["stack", "init", stack]);
        strictEqual(code, 0, output);
    });
    after(() => {
        backend.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    const program = () => join(folder, "program");
    const write = (name: string, text: string) => writeFileSync(join(program(), name), text);

    /** Previews one of the programs of others, as JavaScript: nothing here can load TypeScript. */
    async function preview(name: string, ...more: string[]) {
        const source = readFileSync(join(foreign, name, "index.ts"), "utf8");
        write("index.js", transformSync(source, { loader: "ts", format: "cjs" }).code);
        return backend.previewIn(program(), stack, "--policy-pack", installed, ...more);
    }

    it("holds what is built, and no sources", () => {
        const files = readdirSync(join(program(), installed), { recursive: true, encoding: "utf8" });
        deepStrictEqual(
            files.filter((file) => file.endsWith(".ts")),
            [],
        );
        ok(files.includes(join("dist", "index.js")) && !existsSync(join(program(), "node_modules", "tsx")));
    });

    it("says the same as in the checkout", async () => {
        expectViolations(await preview("by-hand"), join(foreign, "by-hand", "violations.txt"));
    });

    it("brings its presets", async () => {
        const config = join(installed, "presets", "production.json");
        const { code, violations, output } = await preview("acl-file", "--policy-pack-config", config);
        const expected = ["advisory redis-volume-protected data", "mandatory redis-image-pinned orders-redis"];
        deepStrictEqual(violations, expected, output);
        ok(code !== 0);
    });
});

function npm(folder: string, ...args: string[]): void {
    execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}
