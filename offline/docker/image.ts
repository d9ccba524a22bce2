import type Docker from "dockerode";
import { attempt, reason, unlessMissing } from "./engineError";

/** The image of that name or id on the Engine, if it is there. */
export function localImage(client: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
    return unlessMissing(client.getImage(name).inspect());
}

/** The image of that name, pulled if it is not on the Engine. */
export async function imageOrPull(client: Docker, name: string): Promise<Docker.ImageInspectInfo> {
    const local = await localImage(client, name);
    if (local !== undefined) {
        return local;
    }
    if (name.startsWith("sha256:")) {
        throw new Error(`the image "${name}" is not on the Docker Engine`);
    }
    await attempt(`unable to pull image "${name}"`, pull(client, withTag(name)));
    const pulled = await localImage(client, name);
    if (pulled === undefined) {
        throw new Error(`the image "${name}" was pulled but is not on the Docker Engine`);
    }
    return pulled;
}

/** What Pulumi reports about an image. */
export function imageOutputs(image: Docker.ImageInspectInfo): { imageId: string; repoDigest: string } {
    return { imageId: image.Id, repoDigest: image.RepoDigests?.[0] ?? "" };
}

async function pull(client: Docker, name: string): Promise<void> {
    const stream: NodeJS.ReadableStream = await client.pull(name);
    await new Promise<void>((resolve, reject) => {
        client.modem.followProgress(stream, (error) => (error ? reject(new Error(reason(error))) : resolve()));
    });
}

/** Without a tag the Engine would pull every one. */
export function withTag(name: string): string {
    const last = name.slice(name.lastIndexOf("/") + 1);
    return last.includes(":") || last.includes("@") ? name : `${name}:latest`;
}
