import Docker from "dockerode";
import { localEndpoint } from "./endpoint";

/** A client of the Engine at `endpoint`; of the local one when none is given. */
export function connectEngine(endpoint: string = localEndpoint()): Docker {
    const url = new URL(endpoint);
    switch (url.protocol) {
        case "unix:":
            return new Docker({ socketPath: url.pathname });
        case "tcp:":
        case "http:":
            return new Docker({ protocol: "http", host: url.hostname, port: Number(url.port || 2375) });
        default:
            throw new Error(`${endpoint}: a Docker endpoint starts with unix://, tcp:// or ssh://`);
    }
}

/** The last lines that a container logged, without Docker's framing. */
export async function lastLogLines(engine: Docker, container: string, count: number): Promise<string[]> {
    const raw = await engine.getContainer(container).logs({ stdout: true, stderr: true, tail: count });
    const lines: string[] = [];
    // Each frame: one byte for the stream, three unused, four for the length.
    for (let at = 0; at + 8 <= raw.length; ) {
        const length = raw.readUInt32BE(at + 4);
        lines.push(
            ...raw
                .toString("utf8", at + 8, at + 8 + length)
                .trimEnd()
                .split("\n"),
        );
        at += 8 + length;
    }
    return lines;
}
