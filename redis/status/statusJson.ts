import type { Observation } from "../state/observation";

/** What `npm run status -- --json` shows, beside the stack's name. */
export interface StatusJson {
    /** Whether everything is as it is declared. */
    asDeclared: boolean;
    /** Whether every master takes writes. */
    usable: boolean;
    servers: ServerJson[];
    /** What differs from the declaration, and the next `npm run up` mends. */
    differences: string[];
    /** What only a person can mend. */
    refused: string[];
    /** Which masters take no writes, and why. */
    refusals: string[];
    warnings: string[];
    /** Whether hosts that drain may be rebooted, a sentence each. */
    draining: string[];
}

/** One server or Sentinel. What it did not say is absent. */
export interface ServerJson {
    node: string;
    host: string;
    address: string;
    port: number;
    /** Whether the stack file names it. */
    declared: boolean;
    /** The state of its container, as Docker calls it. */
    container?: string;
    role?: "master" | "replica" | "sentinel";
    /** Of a replica: whether the link to its master is up. */
    linkUp?: boolean;
    /** Of a master: how many replicas are online. */
    replicasOnline?: number;
    offset?: number;
    keys?: number;
    /** Bytes. */
    memory?: number;
    /** Why it does not answer. */
    problem?: string;
}

/** What was seen, for machines. */
export function statusJson(
    observation: Observation,
    found: Pick<StatusJson, "differences" | "refused" | "refusals" | "warnings" | "draining">,
): StatusJson {
    return {
        asDeclared: found.differences.length + found.refused.length === 0,
        usable: found.refusals.length === 0,
        servers: observation.map(
            ({ node, host, reach, declared, container, kind, redis, sentinel, problem, gone }) => ({
                node,
                host,
                address: reach.host,
                port: reach.port,
                declared,
                container: container?.state,
                role: kind === "sentinel" && sentinel ? "sentinel" : redis?.role,
                linkUp: redis?.role === "replica" ? redis.linkUp : undefined,
                replicasOnline:
                    redis?.role === "master"
                        ? redis.replicas.filter(({ state }) => state === "online").length
                        : undefined,
                offset: redis?.offset,
                keys: redis?.keys,
                memory: redis?.memory,
                problem: (redis ?? sentinel) ? undefined : (problem ?? gone),
            }),
        ),
        ...found,
    };
}
