import { Redis } from "ioredis";
import type { Endpoint } from "../../redis/model";

/** How long a server may take to accept a connection or to answer one command, in milliseconds. */
const patience = 2_000;

/** Connections to the servers of one deployment, as their administrator; made when first needed and kept. */
export class Connections {
    private readonly open = new Map<string, { client: Redis; ready: Promise<Redis> }>();

    /** @param password the administrator's */
    constructor(readonly password: string) {}

    /** A connected client, or an error that says why there is none. */
    to({ host, port }: Endpoint): Promise<Redis> {
        const key = `${host} ${port}`;
        const known = this.open.get(key);
        if (known && ["wait", "connecting", "connect", "ready"].includes(known.client.status)) return known.ready;
        known?.client.disconnect();
        const client = this.client({ host, port }, patience);
        const ready = connected(client);
        this.open.set(key, { client, ready });
        return ready;
    }

    /** A connection of the caller's own, to be disconnected by him, whose answers may take `timeout` milliseconds. */
    patient(endpoint: Endpoint, timeout: number): Promise<Redis> {
        return connected(this.client(endpoint, timeout));
    }

    private client({ host, port }: Endpoint, timeout: number): Redis {
        return new Redis({
            host,
            port,
            username: "administrator",
            password: this.password,
            lazyConnect: true,
            connectTimeout: patience,
            commandTimeout: timeout,
            enableReadyCheck: false,
            enableOfflineQueue: false,
            maxRetriesPerRequest: 0,
            retryStrategy: null,
        });
    }

    close(): void {
        for (const { client } of this.open.values()) client.disconnect();
        this.open.clear();
    }
}

/** Connects, or throws why that failed. */
async function connected(client: Redis): Promise<Redis> {
    // Without a listener ioredis prints every error; connect() and the commands report theirs.
    let reason: Error | undefined;
    client.on("error", (error: Error) => {
        reason = error;
    });
    try {
        await client.connect();
    } catch (error) {
        client.disconnect();
        throw reason ?? error;
    }
    return client;
}
