import type Docker from "dockerode";
import { redisUser } from "../../redis/model/containerSpecification";
import { dataFolder } from "../../redis/model/files/startScript";
import { frames } from "../docker/engine";
import { untilRemoved } from "../docker/removed";
import { tar } from "../docker/tar";
import { within } from "../within";

/** How long such a container may live, in milliseconds. */
const patience = 30_000;
/** Bytes that it may use, unless the deployment's own containers have a limit. */
const usualMemory = 512 * 1024 ** 2;

export interface Throwaway {
    /** The id of an image that the Engine has. */
    image: string;
    /** A script for `sh` among the files. */
    script: string;
    files: Readonly<Record<string, string>>;
    /** Bytes. */
    memory?: number;
}

/**
 * Runs a script in a container of an image, and returns what it prints. The container has no network, no volume and no
 * privilege, and is gone afterwards, whatever happens.
 */
export async function runOnce(engine: Docker, { image, script, files, memory }: Throwaway): Promise<string> {
    const container = await engine.createContainer({
        Image: image,
        Entrypoint: ["sh"],
        Cmd: [script],
        User: redisUser,
        Healthcheck: { Test: ["NONE"] },
        HostConfig: {
            NetworkMode: "none",
            // Also when this program is killed meanwhile.
            AutoRemove: true,
            CapDrop: ["ALL"],
            SecurityOpt: ["no-new-privileges"],
            Memory: memory ?? usualMemory,
            Tmpfs: { [dataFolder]: "uid=999,gid=999,mode=700" },
            LogConfig: { Type: "none", Config: {} },
        },
    });
    try {
        // Everybody may read them: the server runs as a user of its own.
        const entries = Object.entries(files).map(([path, text]) => ({
            path,
            content: Buffer.from(text),
            mode: 0o444,
        }));
        await container.putArchive(tar(entries), { path: "/" });
        const stream = await container.attach({ stream: true, stdout: true, stderr: true });
        await container.start();
        return await within(patience, textOf(stream));
    } finally {
        await container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
            // It is gone, or going, by itself.
            if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
        });
        // What is being removed still has its image in use.
        await untilRemoved(container);
    }
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return frames(Buffer.concat(parts)).join("");
}
