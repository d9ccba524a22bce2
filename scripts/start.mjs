// The entry of every `npm run` command. Plain JavaScript without dependencies: it has to run in a bare clone,
// where it first installs what the rest needs.
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Commands that have no use for Pulumi's CLI. */
const withoutCli = ["check", "format", "generate", "build"];
const root = join(dirname(fileURLToPath(import.meta.url)), "..");

if (Number(process.versions.node.split(".")[0]) < 20) {
    console.error(`Node.js ${process.versions.node} is too old: install Node.js 20 or newer (https://nodejs.org).`);
    process.exit(1);
}

const [name = "", ...args] = process.argv.slice(2);
await installPackages();

// In this very process: no second start, and signals and exit code are its own.
const load = createRequire(import.meta.url)("./compiled.cjs");
const { start } = await load("scripts/main.ts", { use: /^\w+$/.test(name) ? `${name}.` : "" });
await start([name, ...args]);

/** Runs `npm ci` when the installed packages are missing or older than the lock file. */
async function installPackages() {
    const before = changed(join(root, "node_modules", ".package-lock.json"));
    if (before >= changed(join(root, "package-lock.json"))) return;
    const started = Date.now();
    console.error("Installing the Node.js packages (npm ci), about 10 seconds ...");
    const npm = spawn("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"], {
        cwd: root,
        // npm's own output must not mix with a command's.
        stdio: ["ignore", 2, 2],
        // npm is a .cmd file on Windows.
        shell: process.platform === "win32",
    });
    const installed = new AbortController();
    if (!withoutCli.includes(name)) {
        const { fetchModules } = await import("./modules.mjs");
        void fetchModules(root, installed.signal);
    }
    // At a terminal Ctrl-C reaches npm directly.
    const forward = (signal) => (signal !== "SIGINT" || !process.stdin.isTTY) && npm.kill(signal);
    for (const signal of signals) process.on(signal, forward);
    const { status, error } = await new Promise((resolve) => {
        npm.on("error", (error) => resolve({ error }));
        npm.on("close", (status) => resolve({ status }));
    });
    for (const signal of signals) process.off(signal, forward);
    installed.abort();
    if (status !== 0) {
        console.error(
            `npm ci failed${error ? ` (${error.message})` : ""}: see above, and check the npm registry's settings.`,
        );
        process.exit(1);
    }
    console.error(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function changed(path) {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
