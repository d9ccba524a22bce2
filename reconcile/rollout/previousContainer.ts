import type Docker from "dockerode";
import { declaredFolder } from "../../redis/model/files/startScript";
import { labels } from "../../redis/model/names";

/** What has to be known of a server's container to make it once more after it was replaced. */
export interface PreviousContainer {
    inspected: Docker.ContainerInspectInfo;
    /** Its declared files, as a tar archive. They hold secrets, and stay in memory. */
    files: Buffer;
}

/** Reads what {@link putBack} needs, of a container that exists. */
export async function record(engine: Docker, id: string): Promise<PreviousContainer> {
    const container = engine.getContainer(id);
    const [inspected, archive] = await Promise.all([
        container.inspect(),
        container.getArchive({ path: declaredFolder }),
    ]);
    const parts: Buffer[] = [];
    for await (const part of archive) parts.push(part as Buffer);
    return { inspected, files: Buffer.concat(parts) };
}

/**
 * Makes a container again as it was, with its image and its declared files, in place of the one that has its name now. It
 * carries a label by which a later update knows that Pulumi's state does not know it.
 */
export async function putBack(engine: Docker, { inspected, files }: PreviousContainer): Promise<void> {
    const { Name, Image: id, Config, HostConfig, NetworkSettings } = inspected;
    // By its name where that still means the same image, for whoever reads what runs.
    const tagged = await engine
        .getImage(Config.Image)
        .inspect()
        .catch(() => undefined);
    const Image = tagged?.Id === id ? Config.Image : id;
    const name = Name.replace(/^\//, "");
    await removeIfThere(engine, name);
    const networks = Object.entries(NetworkSettings.Networks).map(([network, { Aliases, IPAMConfig }]) => [
        network,
        { Aliases, IPAMConfig },
    ]);
    const onOwnNetwork = !["host", "none"].includes(HostConfig.NetworkMode ?? "");
    const created = await engine.createContainer({
        ...Config,
        name,
        Image,
        // Docker's own name for the container it was; the new one gets its own.
        Hostname: undefined,
        Labels: { ...Config.Labels, [labels.putBack]: "yes" },
        HostConfig: { ...HostConfig, NetworkMode: onOwnNetwork ? String(networks[0]?.[0]) : HostConfig.NetworkMode },
        ...(onOwnNetwork ? { NetworkingConfig: { EndpointsConfig: Object.fromEntries(networks) } } : {}),
    });
    await layFiles(engine, Image, HostConfig.Binds ?? [], files);
    await created.start();
}

/** Lays files into the volume that a server mounts read-only, through a container that never starts. */
async function layFiles(engine: Docker, image: string, binds: string[], files: Buffer): Promise<void> {
    const volume = binds.map((bind) => bind.split(":")).find(([, path]) => path === declaredFolder)?.[0];
    if (!volume) throw new Error(`no volume at ${declaredFolder}`);
    const carrier = await engine.createContainer({
        Image: image,
        Cmd: ["true"],
        HostConfig: { Binds: [`${volume}:${declaredFolder}`], NetworkMode: "none" },
    });
    try {
        // The archive begins with the folder's own name.
        await carrier.putArchive(files, { path: declaredFolder.slice(0, declaredFolder.lastIndexOf("/")) });
    } finally {
        await carrier.remove({ force: true });
    }
}

/** Stops and removes a container; nothing when there is none. */
export async function removeIfThere(engine: Docker, name: string): Promise<void> {
    try {
        await engine.getContainer(name).stop();
    } catch (error) {
        // 304: it was stopped already.
        if (![304, 404].includes((error as { statusCode?: number }).statusCode ?? 0)) throw error;
    }
    try {
        await engine.getContainer(name).remove({ force: true });
    } catch (error) {
        if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    }
}
