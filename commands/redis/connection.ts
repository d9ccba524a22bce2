import { Redis } from "ioredis";
import type { Endpoint } from "../../redis/model";

/** How long a server may take to accept a connection or to answer one command, in milliseconds. */
const patience = 2_000;

/** Connections to the servers of one deployment, as their administrator; made when first needed and kept. */
export class Connections {
    private readonly open = new Map<string, Redis>();

    constructor(private readonly password: string) {}

    /** A connected client, or an error that says why there is none. */
    async to({ host, port }: Endpoint): Promise<Redis> {
        const key = `${host} ${port}`;
        const known = this.open.get(key);
        if (known?.status === "ready") return known;
        known?.disconnect();
        const client = new Redis({
            host,
            port,
            username: "administrator",
            password: this.password,
            lazyConnect: true,
            connectTimeout: patience,
            commandTimeout: patience,
            enableReadyCheck: false,
            enableOfflineQueue: false,
            maxRetriesPerRequest: 0,
            retryStrategy: null,
        });
        // Without a listener ioredis prints every error; connect() and the commands report theirs.
        let reason: Error | undefined;
        client.on("error", (error: Error) => {
            reason = error;
        });
        this.open.set(key, client);
        try {
            await client.connect();
        } catch (error) {
            client.disconnect();
            throw reason ?? error;
        }
        return client;
    }

    close(): void {
        for (const client of this.open.values()) client.disconnect();
        this.open.clear();
    }
}
