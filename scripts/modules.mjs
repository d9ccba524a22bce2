// Fetches the Go modules of Pulumi's CLI while npm installs what the set-up itself needs, where the CLI will have to be
// compiled. Only the set-up knows that (scripts/setup/cli.ts), so that this is a guess: a wrong one costs a download.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";

/** Where the CLI is downloaded from, and how long that place may take to answer, in milliseconds. */
const source = "https://get.pulumi.com/";
const patience = 3000;

/** Begins to fetch the modules where that is of use, unless `signal` fires before; it ends with this process at the latest. */
export async function fetchModules(root, signal) {
    const go = which("go") ?? ["/usr/local/go/bin/go", "/usr/lib/go/bin/go"].find((path) => existsSync(path));
    if (!go || which("pulumi") || isCompiled(root) || (await answers()) || signal.aborted) return;
    const env = { ...process.env, GOTOOLCHAIN: "auto" };
    const fetching = spawn(go, ["mod", "download"], { cwd: join(root, "offline", "cli"), env, stdio: "ignore" });
    // The compilation says what is wrong with it.
    fetching.on("error", () => {});
    fetching.unref();
    process.on("exit", () => fetching.kill("SIGINT"));
}

function isCompiled(root) {
    const { pulumi } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
    return existsSync(join(cache, "redis-on-docker", `pulumi-${pulumi}`, "pulumi"));
}

async function answers() {
    try {
        await fetch(source, { method: "HEAD", signal: AbortSignal.timeout(patience) });
        return true;
    } catch {
        return false;
    }
}

function which(name) {
    const folders = (process.env.PATH ?? "").split(delimiter).filter((path) => path && !path.includes("node_modules"));
    return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
