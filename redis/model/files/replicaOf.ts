import { quote } from "../../settings/quoting";
import { declaredFolder } from "./folders";

/**
 * Where a server that is not to be a master yet replicates from: nowhere. Nothing listens on port 1 of the loopback
 * address, so the server keeps its data, refuses writes and takes nothing from anybody.
 */
export const quarantine = { host: "127.0.0.1", port: 1 } as const;

/** Where a server finds how it was declared: {@link renderReplicaOf}, or nothing where it is a master. */
export const replicaOfFile = `${declaredFolder}/replicaof`;

/** Whether a server is declared as a replica in that file. */
export const isReplicaIn = (text: string): boolean => text.trim() !== "";

/** The line that makes a server a replica: the content of {@link replicaOfFile}, and the line in the main file. */
export function renderReplicaOf(master: { host: string; port: number }): string {
    return `replicaof ${quote(master.host)} ${master.port}\n`;
}
