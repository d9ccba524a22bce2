import type { Model } from "./model";

/** Options of ioredis, in milliseconds. They are absent where all servers run on one host. */
export interface ClientTimeouts {
    /** How long a server may take to accept a connection. */
    connectTimeout?: number;
    /** How long a server may take to answer. */
    socketTimeout?: number;
}

/** How long a host may take to accept a connection. */
const connectTimeout = 2_000;

/**
 * By when clients give a server up. A host that is cut off closes no connection: without a limit its clients wait for a
 * quarter of an hour, long after another server has taken its place. None where all servers run on one host.
 *
 * @param silence after how many milliseconds without an answer servers give each other up
 */
export function clientTimeouts(model: Model, silence: number): ClientTimeouts {
    return model.hosts.length > 1 ? { connectTimeout, socketTimeout: silence } : {};
}
