import type Docker from "dockerode";
import { contentOf } from "./tar";

/** The text of a file in a container, whether it runs or not. */
export async function readFile(engine: Docker, container: string, path: string): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of await engine.getContainer(container).getArchive({ path })) parts.push(part as Buffer);
    return contentOf(Buffer.concat(parts)).toString();
}
