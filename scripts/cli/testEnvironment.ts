import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localEndpoint } from "../../reconcile/docker/endpoint";
import { cli } from "../setup/cli";
import { newestImage, ownImages } from "../setup/debianImage";
import { engine } from "../setup/engine";
import { image } from "../setup/image";
import { endSignal, together } from "../setup/together";
import { environment } from "./session";

/**
 * Sets up everything that tests and measurements need, and gives them an environment with a state of its own: never the
 * user's backend, login or stacks. `folder` is theirs too, and is removed afterwards.
 */
export async function withTestEnvironment<T>(work: (env: NodeJS.ProcessEnv, folder: string) => Promise<T>): Promise<T> {
    // The CLI may have to be compiled.
    const [found, newest] = await together(cli, dockerWithImages);
    const folder = mkdtempSync(join(tmpdir(), "redis-on-docker-test-"));
    const state = join(folder, "state");
    mkdirSync(state);
    const env: NodeJS.ProcessEnv = {
        ...environment(found, { own: false, env: {} }),
        ...(newest ? { REDIS_NEWEST_IMAGE: newest } : {}),
        XDG_STATE_HOME: state,
        PULUMI_CREDENTIALS_PATH: state,
    };
    for (const name of ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_STACK"]) delete env[name];
    try {
        return await work(env, folder);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Makes the Engine ready, with the images; returns the one with Redis's newest release, where that can be had. */
async function dockerWithImages(): Promise<string | undefined> {
    await engine();
    for (const name of ownImages) await image(name, localEndpoint());
    return newestRedis();
}

/** An image with Redis's newest release; undefined where none can be had: what only that can do is then not tested. */
async function newestRedis(): Promise<string | undefined> {
    for (const name of [newestImage, "redis:8.6"]) {
        try {
            await image(name, localEndpoint());
            return name;
        } catch (error) {
            endSignal().throwIfAborted();
            console.log(`  ${(error as Error).message}`);
        }
    }
    return undefined;
}
