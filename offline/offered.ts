import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { commandProvider } from "./command/provider";
import { killAll } from "./command/run";
import { dockerProvider } from "./docker/provider";
import { served } from "./provider/provider";
import type { Provider } from "./provider/resource";
import { listen, type Served } from "./provider/serve";
import { offers } from "./starter";

/** Plugins that this process serves for as long as the CLI lives that uses them. */
export interface Offered {
    /** What the CLI needs in its environment. */
    env: NodeJS.ProcessEnv;
    /**
     * Ends what is served, once the CLI has ended. What is being done is finished first, so that nothing is left half made;
     * but where everything is to stop, commands are killed and an Engine that does not answer is not waited for.
     */
    close(stop: boolean): Promise<void>;
}

/** The plugins that can be served, with the versions that the CLI asks for. */
export interface Versions {
    docker: string;
    command: string;
}

/**
 * How many ports are offered of each plugin at a time. The CLI takes one for each provider, such as that of a host, and then
 * once more for an update; for each that it takes another is offered. Where it finds none it starts a process.
 */
const atOnce = 4;

/**
 * Serves the plugins in this process, so that the CLI does not start one of Node.js for each provider, twice an update.
 * @param folder an empty one, for as long as they are served
 */
export async function offer(versions: Versions, folder: string): Promise<Offered> {
    const [plugins, servers]: [Served[], grpc.Server[]] = [[], []];
    const add = async (make: () => Provider) => {
        const provider = make();
        const plugin = served(provider);
        const { handshake } = plugin.implementation as { handshake: grpc.handleUnaryCall<unknown, unknown> };
        const implementation = {
            ...plugin.implementation,
            handshake(...call: Parameters<typeof handshake>) {
                add(make).catch(() => undefined);
                handshake(...call);
            },
        };
        const { server, port } = await listen({ ...plugin, implementation });
        plugins.push(plugin);
        servers.push(server);
        writeFileSync(join(folder, `${provider.name}-${port}`), "");
    };
    const makers = [() => dockerProvider(versions.docker), () => commandProvider(versions.command)];
    await Promise.all(makers.flatMap((make) => Array.from({ length: atOnce }, () => add(make))));
    return {
        env: { [offers]: folder },
        async close(stop) {
            if (stop) killAll();
            else await Promise.all(plugins.map(({ work }) => work.idle()));
            for (const server of servers) server.forceShutdown();
        },
    };
}
