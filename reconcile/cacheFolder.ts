import { homedir } from "node:os";
import { join } from "node:path";

/** What can be made again: answers of images, a compiled CLI, bundled plugins. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
    return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "redis-on-docker");
}
