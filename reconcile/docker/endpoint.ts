import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where the Docker CLI looks when nothing is said. */
export const defaultSocket = "unix:///var/run/docker.sock";

/**
 * The local Engine's endpoint as the Docker CLI finds it: `DOCKER_HOST`, else the context named by `DOCKER_CONTEXT` or
 * chosen with `docker context use`, else the default socket.
 */
export function localEndpoint(env: NodeJS.ProcessEnv = process.env): string {
    if (env.DOCKER_HOST) return env.DOCKER_HOST;
    const folder = env.DOCKER_CONFIG ?? join(homedir(), ".docker");
    const context = env.DOCKER_CONTEXT ?? readJson(join(folder, "config.json"))?.currentContext;
    if (!context || context === "default") return defaultSocket;
    // The CLI keeps each context in a folder named by the hash of its name.
    const id = createHash("sha256").update(context).digest("hex");
    const meta = readJson(join(folder, "contexts", "meta", id, "meta.json"));
    const host = meta?.Endpoints?.docker?.Host;
    if (!host) throw new Error(`the Docker context ${context} is not there: choose one with docker context use`);
    return host;
}

// biome-ignore lint/suspicious/noExplicitAny: foreign files, read defensively.
function readJson(path: string): any {
    try {
        return JSON.parse(readFileSync(path, "utf8"));
    } catch {
        return undefined;
    }
}
