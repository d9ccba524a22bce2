import Docker from "dockerode";
import { type ConnectionConfiguration, options } from "../../reconcile/docker/connection";

/** The part of the provider's configuration that says which Engine it works with. */
export interface ProviderConfiguration extends ConnectionConfiguration {
    host?: string;
}

const defaultHost = "unix:///var/run/docker.sock";
// How long a host may take to answer the first request, so that one that is down does not stop the preview for minutes.
const pingTimeout = 10_000;

/** A client of the Engine that the configuration names, checked to be there unless it is reached through ssh. */
export async function connect(configuration: ProviderConfiguration): Promise<Docker> {
    const host = configuration.host ?? process.env.DOCKER_HOST ?? defaultHost;
    const client = new Docker(options(host, configuration));
    if (!host.startsWith("ssh://")) {
        await ping(client, host);
    }
    return client;
}

async function ping(client: Docker, host: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${pingTimeout / 1000} s`)), pingTimeout);
    });
    try {
        await Promise.race([client.ping(), timeout]);
    } catch (error) {
        const reason = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error);
        throw new Error(`failed to connect to the Docker Engine at ${host}: ${reason}`);
    } finally {
        clearTimeout(timer);
    }
}
