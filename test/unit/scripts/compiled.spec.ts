import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/setup/paths";

describe("a part of the project", () => {
    let folder: string;
    let cache: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "compiled-"));
        cache = join(folder, "cache");
        mkdirSync(join(folder, "scripts"));
        for (const file of ["scripts/compiled.cjs", "offline/withoutSshLibrary.cjs"])
            cpSync(join(root, file), join(folder, file));
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        write("greeting.ts", 'import { name } from "./name"; export const greeting: string = "Hello, " + name;');
        write("name.ts", 'export const name = "world";');
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const write = (file: string, text: string) => writeFileSync(join(folder, "scripts", file), text);
    const load = (what = "greeting", cached = cache) =>
        execFileSync(
            process.execPath,
            [
                "-e",
                `require("./scripts/compiled.cjs")("scripts/${what}.ts").then((found) => console.log(found.${what}))`,
            ],
            { cwd: folder, encoding: "utf8", env: { ...process.env, XDG_CACHE_HOME: cached } },
        ).trim();
    const made = () => readdirSync(join(cache, "redis-on-docker", "javascript"));

    it("is compiled once, with what V8 makes of it, and loaded from the cache folder then", () => {
        assert.equal(load(), "Hello, world");
        const files = made();
        assert.equal(files.length, 2, files.join(", "));
        assert.equal(load(), "Hello, world");
        assert.deepEqual(made(), files);
    });

    it("is what stands in its sources, also in those that it imports", () => {
        assert.equal(load(), "Hello, world");
        write("name.ts", 'export const name = "all";');
        assert.equal(load(), "Hello, all");
    });

    it("is loaded from what V8 has made of something else, or of half of it, as if there were nothing", () => {
        load();
        for (const file of made().filter((name) => !name.endsWith(".js")))
            writeFileSync(join(cache, "redis-on-docker", "javascript", file), "something else");
        assert.equal(load(), "Hello, world");
    });

    it("takes the folder of a source for its own", () => {
        write("place.ts", "export const place = __dirname;");
        assert.equal(load("place"), join(folder, "scripts"));
    });

    it("leaves no more than a few files of what stood there before", () => {
        for (let time = 0; time < 34; time++) {
            write("name.ts", `export const name = "${time}";`);
            load();
        }
        assert.ok(made().length <= 62, `${made().length} files`);
    });

    it("is loaded where nothing can be kept", () => assert.equal(load("greeting", "/dev/null"), "Hello, world"));
});
