import type { Problem } from "../declaration/problem";
import type { Model } from "../model/model";
import { serverAt } from "../plan/replication/live";
import { silence } from "../plan/servers";
import type { Observation, RedisObservation, ServerObservation } from "../state/observation";

/** A server that leaves with keys that no other server has. */
export interface LastCopy {
    node: string;
    /** What the user says to let it go, and only it: the node's name and the id of its container, which never come again. */
    word: string;
    /** Its keys; undefined when it cannot be read. */
    keys?: number;
    /** What was seen, where it cannot be read. */
    seen?: string;
}

/**
 * Whether a server takes part in what is declared: servers of a tree and of a cluster cannot give each other their data,
 * so those that leave for the other topology have no part in the new one.
 */
export function isOfTopology({ topology }: Model, { declared, redis }: ServerObservation): boolean {
    return declared || redis === undefined || inCluster(redis) === (topology === "cluster");
}

/** Whether a server runs in cluster mode. */
export const inCluster = ({ cluster, clusterEnabled }: RedisObservation): boolean =>
    cluster !== undefined || !!clusterEnabled;

/**
 * The servers that leave and whose keys nobody gets: those of another topology, and those that cannot be read, which may
 * hold anything. All others that leave hand over first. Of a master and its replicas the master counts.
 */
export function lastCopies(model: Model, observation: Observation): LastCopy[] {
    const leaving = observation.filter(({ declared, kind }) => !declared && kind !== "sentinel");
    return leaving.flatMap((server): LastCopy[] => {
        const { node, container, redis } = server;
        const word = `${node}:${container?.id.slice(0, 12)}`;
        if (!redis) return [{ node, word, seen: silence(server) }];
        if (redis.loadedBytes !== undefined) return [{ node, word, seen: `${redis.loadedBytes} bytes loaded so far` }];
        if (isOfTopology(model, server) || redis.keys === 0 || isCopy(redis, leaving)) return [];
        return [{ node, word, keys: redis.keys }];
    });
}

/** Whether a replica has what another server has that is counted itself. */
function isCopy({ role, following }: RedisObservation, servers: Observation): boolean {
    return role === "replica" && serverAt(servers, following)?.redis?.role === "master";
}

/** What of it the user has not said may go. Nothing is refused where data is kept. */
export function lastCopyProblems({ data }: Model, copies: LastCopy[], said: readonly string[] = []): Problem[] {
    if (data === "keep") return [];
    const due = copies.filter(({ word }) => !said.includes(word));
    const words = due.map(({ word }) => `"${word}"`).join(", ");
    return due.map((copy) => ({
        path: copy.node,
        message: `${described(copy)}, and \`data: delete\` deletes them with it: save them elsewhere, or say that they may go, by \`npm run up -- --delete-data\`, or by \`redis:deleteData: [${words}]\` in the stack file`,
    }));
}

/** What becomes of the keys, for the plan. */
export function lastCopySentences(copies: LastCopy[], fate: string): string[] {
    return copies.map((copy) => `${copy.node}: ${described(copy)}; ${fate}`);
}

/** What becomes of the keys of servers that leave. */
export function fateOf({ data }: Model): string {
    return data === "keep"
        ? "they stay in its volume, and the new deployment does not have them"
        : "they are deleted with it, as deleteData says";
}

function described({ keys, seen }: LastCopy): string {
    return keys === undefined
        ? `it leaves, cannot be read (${seen}), and may hold keys that no other server has`
        : `it leaves with ${keys === 1 ? "1 key" : `${keys} keys`} that no other server has`;
}
