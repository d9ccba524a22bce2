import { localEndpoint } from "../../reconcile/docker/endpoint";
import { engine } from "../setup/engine";
import { Failure } from "../setup/failure";
import { image } from "../setup/image";
import { duration, say } from "../setup/progress";
import { endSignal, together } from "../setup/together";
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
    if (!settings.isSound) return { ...(await session(stack)), configuration: settings };
    // The CLI may have to be compiled.
    const [opened, docker] = await together(
        () => session(stack),
        () => dockerFor(settings),
    );
    const parts = [opened.cli.origin, ...docker];
    say(`Ready after ${duration(performance.now() - started)}: ${parts.join(", ")}`);
    return { ...opened, configuration: settings };
}

/** Makes the Engines and images ready, and says in words what they are. */
async function dockerFor({ endpoints, image }: Configuration): Promise<string[]> {
    const local = endpoints.includes(undefined) ? [`Docker ${await engine()}`] : [];
    await together(...[...new Set(endpoints)].map((endpoint) => () => provide(image, endpoint)));
    return image ? [...local, image] : local;
}

async function provide(name: string, endpoint: string | undefined): Promise<void> {
    if (!name) return;
    try {
        await image(name, endpoint ?? localEndpoint());
    } catch (error) {
        // The program itself says more about a host that cannot be reached.
        if (endpoint === undefined || error instanceof Failure || endSignal().aborted) throw error;
        say(`Could not look for ${name} at ${endpoint}: ${(error as Error).message}`);
    }
}
