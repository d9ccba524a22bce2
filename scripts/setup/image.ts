import { join } from "node:path";
import type Docker from "dockerode";
import { connectEngine, pull } from "../../reconcile/docker/engine";
import { buildImage, debianSuite, isCurrent } from "./debianImage";
import { Failure } from "./failure";
import { locked } from "./lock";
import { cacheFolder } from "./paths";
import { step } from "./progress";
import { unlessEnded } from "./together";

/** Makes sure that an Engine has an image: local, else pulled, else, for images of our own name, built from Debian. */
export async function image(name: string, endpoint: string): Promise<void> {
    const engine = connectEngine(endpoint);
    // A name below localhost/ stands in no registry.
    const suite = debianSuite(name);
    const isReady = async () => {
        const labels = await labelsOf(engine, name);
        return labels !== undefined && (!suite || isCurrent(labels));
    };
    if (await isReady()) return;
    if (!suite) return step(`Pulling the image ${name}`, () => pulled(engine, name));
    // Built twice at the same time, the one would take the other's name away, also from servers that run it.
    await locked(join(cacheFolder(), `image-${suite}.lock`), async () => {
        if (await isReady()) return;
        await step(`Building the image ${name} from Debian ${suite}'s packages`, () => buildImage(name, suite, engine));
    });
}

/** The labels of an image; undefined when the Engine does not have it. */
async function labelsOf(engine: Docker, name: string): Promise<Record<string, string> | undefined> {
    try {
        return (await unlessEnded(engine.getImage(name).inspect())).Config.Labels ?? {};
    } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return undefined;
        throw error;
    }
}

async function pulled(engine: Docker, name: string): Promise<void> {
    try {
        await unlessEnded(pull(engine, name));
    } catch (error) {
        throw new Failure(
            `The image ${name} is not here and cannot be pulled (${(error as Error).message}). Load it with ` +
                "`docker load`, or choose another one: `npm run pulumi -- config set redis:image localhost/redis-debian:8.0` " +
                "(built here from Debian's packages).",
        );
    }
}
