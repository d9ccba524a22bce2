import { connect } from "node:net";
import { allNodes, type Model } from "../redis/model/model";

/** How long a port may take to accept a connection, in milliseconds. */
const patience = 1_000;

/** The nodes on whose declared port something accepts connections, tried from here. */
export async function listening(model: Model): Promise<Set<string>> {
    const tried = await Promise.all(
        allNodes(model).map(async ({ name, reach }) => ((await accepts(reach.host, reach.port)) ? [name] : [])),
    );
    return new Set(tried.flat());
}

/** Whether a port accepts connections from here. */
export function accepts(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host, port, timeout: patience });
        const end = (answer: boolean) => {
            socket.destroy();
            resolve(answer);
        };
        socket.once("connect", () => end(true));
        socket.once("timeout", () => end(false));
        socket.once("error", () => end(false));
    });
}
