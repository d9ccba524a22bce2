import Docker from "dockerode";
import { options } from "./connection";
import { localEndpoint } from "./endpoint";

/** Clients by endpoint: through ssh each has processes of its own. */
const clients = new Map<string, Docker>();

/** The client of the Engine at `endpoint`; of the local one when none is given. */
export function connectEngine(endpoint: string = localEndpoint()): Docker {
    const client = clients.get(endpoint) ?? new Docker(options(endpoint));
    clients.set(endpoint, client);
    return client;
}

/** Pulls an image; throws what the registry says when that fails. */
export async function pull(engine: Docker, name: string): Promise<void> {
    const progress = await engine.pull(name);
    await new Promise<void>((resolve, reject) => {
        engine.modem.followProgress(progress, (error: Error | null) => (error ? reject(error) : resolve()));
    });
}

/** The last lines that a container logged, without Docker's framing. */
export async function lastLogLines(engine: Docker, container: string, count: number): Promise<string[]> {
    const raw = await engine.getContainer(container).logs({ stdout: true, stderr: true, tail: count });
    return frames(raw).flatMap((text) => text.trimEnd().split("\n"));
}

/** Runs a program in a container and returns what it prints, without Docker's framing. */
export async function execute(engine: Docker, container: string, command: string[]): Promise<string> {
    const exec = await engine.getContainer(container).exec({ Cmd: command, AttachStdout: true });
    const parts: Buffer[] = [];
    for await (const part of await exec.start({})) parts.push(part as Buffer);
    return frames(Buffer.concat(parts)).join("");
}

/** The texts in Docker's frames: one byte for the stream, three unused, four for the length, then the text. */
export function frames(raw: Buffer): string[] {
    const texts: string[] = [];
    for (let at = 0; at + 8 <= raw.length; ) {
        const length = raw.readUInt32BE(at + 4);
        texts.push(raw.toString("utf8", at + 8, at + 8 + length));
        at += 8 + length;
    }
    return texts;
}
