import type Docker from "dockerode";
import { connectEngine, pull } from "../../commands/docker/engine";
import { buildImage, debianSuite, isCurrent } from "./debianImage";
import { Failure } from "./failure";
import { step } from "./progress";

/** Makes sure that an Engine has an image: local, else pulled, else, for images of our own name, built from Debian. */
export async function image(name: string, endpoint: string): Promise<void> {
    const engine = connectEngine(endpoint);
    const labels = await labelsOf(engine, name);
    // A name below localhost/ stands in no registry.
    const suite = debianSuite(name);
    if (labels && (!suite || isCurrent(labels))) return;
    if (suite) {
        await step(`Building the image ${name} from Debian ${suite}'s packages`, () => buildImage(name, suite, engine));
        return;
    }
    await step(`Pulling the image ${name}`, () => pulled(engine, name));
}

/** The labels of an image; undefined when the Engine does not have it. */
async function labelsOf(engine: Docker, name: string): Promise<Record<string, string> | undefined> {
    try {
        return (await engine.getImage(name).inspect()).Config.Labels ?? {};
    } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return undefined;
        throw error;
    }
}

async function pulled(engine: Docker, name: string): Promise<void> {
    try {
        await pull(engine, name);
    } catch (error) {
        throw new Failure(
            `The image ${name} is not here and cannot be pulled (${(error as Error).message}). Load it with ` +
                "`docker load`, or choose another one: `npm run pulumi -- config set redis:image localhost/redis-debian:8.0` " +
                "(built here from Debian's packages).",
        );
    }
}
