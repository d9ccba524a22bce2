// Loads a part of the project as JavaScript. esbuild makes one file of it with the libraries that it uses, once for what
// stands in the sources; that is kept in the cache folder, beside what V8 has made of it. Loading a thousand files one by one
// would take longer than what most commands do.
const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { homedir } = require("node:os");
const { basename, dirname, join, relative, sep } = require("node:path");
const { cachedDataVersionTag } = require("node:v8");
const { Script, constants } = require("node:vm");

const root = join(__dirname, "..");
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "redis-on-docker", "javascript");

/** The folders with the project's own sources. */
const folders = ["components", "offline", "policies", "reconcile", "redis", "scripts"];
/** How many files are kept of a part, for what stood in the sources before, or stands in other checkouts. */
const kept = 60;
/** After how long what V8 has made is kept, in milliseconds, by processes that do not end by themselves. */
const warm = 3000;

/**
 * Loads a part, and returns what it exports.
 *
 * @param entry its source, relative to the checkout
 * @param options `use` is what it is loaded for, where parts of it are enough, `external` are libraries that stay files of
 * their own, as patterns of esbuild's
 */
async function load(entry, { use = "", external = [] } = {}) {
    const name = entry.replace(/\.ts$/, "").replaceAll("/", "-");
    const path = join(cache, `${name}-${digest(entry, external)}.js`);
    const made = `${path}.${use}${cachedDataVersionTag()}`;
    const text = read(path, "utf8") ?? (await bundle(entry, external, path));
    const cachedData = read(made);
    const script = new Script(`(function (exports, require, module, projectRoot) {${text}\n})`, {
        filename: path,
        cachedData,
        importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (cachedData === undefined || script.cachedDataRejected) whenWarm(() => keep(made, script.createCachedData()));
    const module = { exports: {} };
    script.runInThisContext()(module.exports, createRequire(join(root, "package.json")), module, root);
    return module.exports;
}

/** Changes with everything that a bundle is made of. */
function digest(entry, external) {
    const hash = createHash("sha256").update(JSON.stringify([entry, external]));
    for (const file of ["package-lock.json", "index.ts", "scripts/compiled.cjs", "offline/withoutSshLibrary.cjs"])
        hash.update(read(join(root, file)) ?? "");
    for (const folder of new Set([...folders, dirname(entry)])) {
        for (const file of sources(join(root, folder)))
            hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
    }
    return hash.digest("hex").slice(0, 32);
}

function sources(folder) {
    let entries;
    try {
        entries = readdirSync(folder, { withFileTypes: true });
    } catch {
        // A program elsewhere has only some of them.
        return [];
    }
    return entries
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((entry) => {
            const path = join(folder, entry.name);
            if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sources(path);
            return entry.name.endsWith(".ts") ? [path] : [];
        });
}

function read(path, encoding) {
    try {
        return readFileSync(path, encoding);
    } catch {
        return undefined;
    }
}

/** Does something when this process ends, or is at work for a while: it may be killed. What has been run by then is compiled. */
function whenWarm(work) {
    const timer = setTimeout(once, warm).unref();
    process.on("exit", once);
    function once() {
        clearTimeout(timer);
        process.off("exit", once);
        work();
    }
}

async function bundle(entry, external, path) {
    // What has been made needs no compiler.
    const { outputFiles } = await require("esbuild").build({
        absWorkingDir: root,
        entryPoints: [entry],
        bundle: true,
        write: false,
        format: "cjs",
        platform: "node",
        target: "node20",
        external: ["esbuild", "mocha", ...external],
        plugins: [ownFolders, require("../offline/withoutSshLibrary.cjs"), putOff],
        logLevel: "error",
    });
    const [{ text }] = outputFiles;
    keep(path, text);
    removeOld(basename(path).replace(/-[^-]*$/, "-"));
    return text;
}

/** What a source takes for its folder is where it stands, not where the bundle is. */
const ownFolders = {
    name: "own-folders",
    setup({ onLoad }) {
        onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const source = readFileSync(path, "utf8");
            if (path.includes(`${sep}node_modules${sep}`) || !source.includes("__dirname")) return undefined;
            const folder = JSON.stringify(relative(root, dirname(path)));
            return {
                contents: `const __dirname = require("node:path").join(projectRoot, ${folder});${source}`,
                loader: "ts",
            };
        });
    },
};

/**
 * What Pulumi's SDKs need only of programs that hand functions to a cloud (the TypeScript compiler and npm's reader of package
 * trees) or of policies that read assets (all of the SDK for programs) is loaded when something of it is used.
 */
const putOff = {
    name: "put-off",
    setup({ onResolve, onLoad }) {
        onResolve({ filter: /^(typescript|@npmcli\/arborist)$/ }, ({ path, namespace, importer }) =>
            namespace !== "put-off" && importer.includes(join("node_modules", "@pulumi"))
                ? { path, namespace: "put-off" }
                : { path, external: true },
        );
        onResolve({ filter: /^@pulumi\/pulumi$/ }, ({ path, importer }) =>
            importer.includes(join("node_modules", "@pulumi", "policy")) ? { path, namespace: "put-off" } : undefined,
        );
        onLoad({ filter: /.*/, namespace: "put-off" }, ({ path }) => ({
            // Who imports it asks first whether it is an ES module, and copies all of it when it is none.
            contents: `module.exports = new Proxy({}, {
                get: (_, name) => name === "__esModule" ? true : require(${JSON.stringify(path)})[name],
            });`,
            resolveDir: root,
        }));
    },
};

/** Whole or not at all: others may read it. */
function keep(path, content) {
    try {
        mkdirSync(cache, { recursive: true });
        writeFileSync(`${path}.${process.pid}`, content);
        renameSync(`${path}.${process.pid}`, path);
    } catch {
        // It is made again the next time.
    }
}

/** Removes what was made of a part but the newest. */
function removeOld(prefix) {
    try {
        const made = readdirSync(cache).filter((file) => file.startsWith(prefix));
        const age = (file) => Date.now() - statSync(join(cache, file)).mtimeMs;
        const sorted = made.map((file) => [age(file), file]).sort(([one], [other]) => one - other);
        for (const [, file] of sorted.slice(kept)) rmSync(join(cache, file), { force: true });
    } catch {
        // Another process does so.
    }
}

module.exports = load;
if (require.main === module) load(process.argv[2]);
