/**
 * What servers are told over their connections instead of by a file, where a resource of the stack shows it. This project's
 * Sentinels start without a master to watch, and its clusters without roles; the command that tells them reads the
 * declaration, as JSON, from its standard input.
 */

import { commandType, records } from "./container";
import { asKnownRecord, asNumber, asText, known, type Maybe, type PlainRecord, plain } from "./plain";
import type { Monitor, StackResource } from "./resource";

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
