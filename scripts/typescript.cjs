// Lets this process load the project's TypeScript: compiled by esbuild, kept in the cache folder by what stands in it. tsx does
// so too, and looks into every library beside, which is half of the time that a short command takes.
const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { homedir } = require("node:os");
const { join, relative, sep } = require("node:path");

const root = join(__dirname, "..");
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "redis-on-docker", "javascript");
const compiler = require("esbuild/package.json").version;

/** The folders whose files are compiled together, when one of them is missing: starting the compiler costs more than a file. */
const folders = ["scripts", "reconcile", "components", "redis", "offline", "policies"];
/** For so long a file is kept that nobody has made anew, in milliseconds: 30 days. */
const kept = 30 * 24 * 3600 * 1000;

Module._extensions[".ts"] = (module, path) => module._compile(javascript(path), path);

function javascript(path) {
    const source = readFileSync(path, "utf8");
    return read(source) ?? compileAll().get(path) ?? compile([path]).get(path);
}

function read(source) {
    try {
        return readFileSync(place(source), "utf8");
    } catch {
        return undefined;
    }
}

function place(source) {
    return join(cache, `${createHash("sha256").update(`${compiler}\n${source}`).digest("hex")}.js`);
}

let compiledAll;

/** Compiles whatever of the project is not kept yet. */
function compileAll() {
    if (compiledAll === undefined) {
        const files = folders.flatMap((folder) =>
            readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
                .filter((file) => file.endsWith(".ts") && !file.split(sep).includes("node_modules"))
                .map((file) => join(root, folder, file)),
        );
        compiledAll = compile([...files, join(root, "index.ts")]);
        removeOld();
    }
    return compiledAll;
}

/** The JavaScript of some files, by path. It is kept where that can be written. */
function compile(paths) {
    const { buildSync } = require("esbuild");
    const { outputFiles } = buildSync({
        absWorkingDir: root,
        entryPoints: paths,
        outbase: root,
        outdir: root,
        write: false,
        format: "cjs",
        platform: "node",
        target: "node20",
        logLevel: "silent",
    });
    const byPath = new Map(outputFiles.map(({ path, text }) => [relative(root, path), text]));
    return new Map(
        paths.map((path) => {
            const text = byPath.get(relative(root, path).replace(/\.ts$/, ".js"));
            keep(readFileSync(path, "utf8"), text);
            return [path, text];
        }),
    );
}

/** Whole or not at all: others may read it. */
function keep(source, text) {
    try {
        mkdirSync(cache, { recursive: true });
        const path = place(source);
        writeFileSync(`${path}.${process.pid}`, text);
        renameSync(`${path}.${process.pid}`, path);
    } catch {
        // It is compiled again the next time.
    }
}

function removeOld() {
    try {
        for (const file of readdirSync(cache)) {
            const path = join(cache, file);
            if (Date.now() - statSync(path).mtimeMs > kept) rmSync(path, { force: true });
        }
    } catch {
        // Another process does so.
    }
}
