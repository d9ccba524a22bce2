import { Redis } from "ioredis";
import { administratorPasswords, type Passwords } from "../../redis/acl/passwords";
import type { Endpoint } from "../../redis/model/model";

/** How long a server may take to accept a connection or to answer one command, in milliseconds. */
const patience = 2_000;

/** Connections to the servers of one deployment, as their administrator; made when first needed and kept. */
export class Connections {
    private readonly open = new Map<string, Open>();
    private readonly passwords: string[];

    /**
     * @param password the declared one of the administrator
     * @param former those that servers may still have
     */
    constructor(
        readonly password: string,
        ...former: string[]
    ) {
        this.passwords = [password, ...former];
    }

    /** A connected client, or an error that says why there is none. */
    to({ host, port }: Endpoint): Promise<Redis> {
        const key = `${host} ${port}`;
        const known = this.open.get(key);
        if (known?.isUsable()) return known.ready;
        known?.close();
        const opened = this.connect({ host, port }, patience);
        this.open.set(key, opened);
        return opened.ready;
    }

    /** A connection of the caller's own, to be disconnected by him, whose answers may take `timeout` milliseconds. */
    patient(endpoint: Endpoint, timeout: number): Promise<Redis> {
        return this.connect(endpoint, timeout).ready;
    }

    /** Connects with the declared password, and with another one only where the server does not take that. */
    private connect(endpoint: Endpoint, timeout: number): Open {
        let client: Redis | undefined;
        let closed = false;
        const ready = (async () => {
            for (const [index, password] of this.passwords.entries()) {
                client = this.client(endpoint, timeout, password);
                try {
                    return await connected(client);
                } catch (error) {
                    const isLast = index === this.passwords.length - 1;
                    if (closed || isLast || !/^WRONGPASS/.test((error as Error).message)) throw error;
                }
            }
            throw new Error("no password of administrator is known");
        })();
        let pending = true;
        const done = () => {
            pending = false;
        };
        ready.then(done, done);
        return {
            ready,
            isUsable: () => pending || ["wait", "connecting", "connect", "ready"].includes(client?.status ?? ""),
            close: () => {
                closed = true;
                client?.disconnect();
            },
        };
    }

    private client({ host, port }: Endpoint, timeout: number, password: string): Redis {
        return new Redis({
            host,
            port,
            username: "administrator",
            password,
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
        for (const { close } of this.open.values()) close();
        this.open.clear();
    }
}

/** A connection that is there, or being made. */
interface Open {
    ready: Promise<Redis>;
    isUsable(): boolean;
    close(): void;
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

/** Connects to servers as the administrator, for as long as they are used. */
export async function withConnections<T>(
    passwords: Passwords,
    use: (connections: Connections) => Promise<T>,
): Promise<T> {
    const connections = new Connections(...administratorPasswords(passwords));
    try {
        return await use(connections);
    } finally {
        connections.close();
    }
}
