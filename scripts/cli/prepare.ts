import { localEndpoint } from "../../reconcile/docker/endpoint";
import { engine } from "../setup/engine";
import { Failure } from "../setup/failure";
import { image } from "../setup/image";
import { duration, say } from "../setup/progress";
import { type Configuration, configuration } from "./configuration";
import { type Session, session } from "./session";

/** A session on a stack whose Docker Engines and images are ready. */
export interface Prepared extends Session {
    configuration: Configuration;
}

/**
 * Sets up everything that a stack needs on this machine; what is there already is left as it is. For a stack file that is
 * refused in any case nothing is set up.
 */
export async function prepare(stack: string): Promise<Prepared> {
    const started = performance.now();
    const settings = configuration(stack);
    const opened = await session(stack);
    const parts = [opened.cli.origin];
    if (!settings.isSound) return { ...opened, configuration: settings };
    if (settings.endpoints.includes(undefined)) parts.push(`Docker ${await engine()}`);
    for (const endpoint of new Set(settings.endpoints)) await provide(settings.image, endpoint);
    if (settings.image) parts.push(settings.image);
    say(`Ready after ${duration(performance.now() - started)}: ${parts.join(", ")}`);
    return { ...opened, configuration: settings };
}

async function provide(name: string, endpoint: string | undefined): Promise<void> {
    if (!name) return;
    try {
        await image(name, endpoint ?? localEndpoint());
    } catch (error) {
        // The program itself says more about a host that cannot be reached.
        if (endpoint === undefined || error instanceof Failure) throw error;
        say(`Could not look for ${name} at ${endpoint}: ${(error as Error).message}`);
    }
}
