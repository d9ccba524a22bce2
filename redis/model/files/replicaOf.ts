import { quote } from "../../settings/quoting";

/**
 * Where a server that is not to be a master yet replicates from: nowhere. Nothing listens on port 1 of the loopback
 * address, so the server keeps its data, refuses writes and takes nothing from anybody.
 */
export const quarantine = { host: "127.0.0.1", port: 1 } as const;

/** The line that makes a server a replica: the content of `/etc/redis/replicaof`, and the line in the main file. */
export function renderReplicaOf(master: { host: string; port: number }): string {
    return `replicaof ${quote(master.host)} ${master.port}\n`;
}
