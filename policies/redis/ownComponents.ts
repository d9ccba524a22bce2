/**
 * What the pack knows of this repository's own components and of nobody else's: what they call things. Each of these is tested
 * against what the components make (test/policy/ownComponents.spec.ts): whatever is renamed there has to be renamed here.
 */

import { commandType, records } from "./container";
import { asKnownRecord, asNumber, asText, known, type Maybe, type PlainRecord, plain } from "./plain";
import type { Monitor, StackResource } from "./resource";

/** The label by which the containers of a deployment are one. */
export const deploymentLabel = "redis-on-docker.deployment";

/** The user with whom a deployment administers itself. */
export const administrator = "administrator";

/** The file beside redis.conf that makes a server a replica; the start script reads it. */
export const replicaOfFile = "replicaof";

/** Whether a start script keeps an empty master from its replicas: it decides itself whom the server replicates. */
export function guardsReplicas(startScript: string): boolean {
    return /\b(?:replicaof|nodes\.conf)\b/i.test(startScript);
}

// The convergence tells Sentinels which master to watch, and the nodes of a cluster their roles: no file says it. It reads the
// deployment's model, as JSON, from its standard input.

/** The master to watch, by the name of the Sentinel's container. */
export function monitorsFromConvergence(resources: readonly StackResource[]): Map<string, Monitor> {
    const monitors = new Map<string, Monitor>();
    for (const declaration of declarations(resources)) {
        const monitor = monitorIn(declaration);
        for (const { names } of monitor === undefined ? [] : records(declaration.sentinels)) {
            const container = asText(asKnownRecord(names).container);
            if (known(container) && monitor !== undefined) {
                monitors.set(container, monitor);
            }
        }
    }
    return monitors;
}

/** The declared master of each server, both by the names of their containers; undefined of those that are masters. */
export function mastersFromConvergence(resources: readonly StackResource[]): Map<string, string | undefined> {
    const masters = new Map<string, string | undefined>();
    for (const { nodes } of declarations(resources)) {
        const containers = new Map<unknown, string>();
        for (const { name, names } of records(nodes)) {
            const container = asText(asKnownRecord(names).container);
            if (known(name) && known(container)) {
                containers.set(name, container);
            }
        }
        for (const { name, replicaOf } of records(nodes)) {
            const container = containers.get(name);
            const master = containers.get(replicaOf);
            if (container !== undefined && (replicaOf === undefined || master !== undefined)) {
                masters.set(container, master);
            }
        }
    }
    return masters;
}

function declarations(resources: readonly StackResource[]): PlainRecord[] {
    return resources
        .filter(({ type }) => commandType.test(type))
        .map(({ props }) => parsed(asText(asKnownRecord(plain(props)).stdin)));
}

function monitorIn({ watch, nodes }: PlainRecord): Monitor | undefined {
    const name = asText(asKnownRecord(watch).name);
    const quorum = asNumber(asKnownRecord(watch).quorum);
    const master = asKnownRecord(records(nodes).find(({ replicaOf }) => replicaOf === undefined)?.announce);
    const host = asText(master.host);
    const port = asNumber(master.port);
    return known(name) && known(quorum) && known(host) && known(port) ? { name, host, port, quorum } : undefined;
}

function parsed(text: Maybe<string>): PlainRecord {
    try {
        return known(text) ? asKnownRecord(plain(JSON.parse(text))) : {};
    } catch {
        return {};
    }
}
