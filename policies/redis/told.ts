/** What Sentinels are told by SENTINEL MONITOR instead of by a file, where a resource of the stack shows it. */

import { commandType, records } from "./container";
import { asKnownRecord, asNumber, asText, known, type Maybe, type PlainRecord, plain } from "./plain";
import type { Monitor, StackResource } from "./stack";

/**
 * The master to watch, by the name of the Sentinel's container. This project's Sentinels start without one; the command
 * that tells them reads the declaration, as JSON, from its standard input.
 */
export function toldMonitors(resources: readonly StackResource[]): Map<string, Monitor> {
    const told = new Map<string, Monitor>();
    for (const { props } of resources.filter(({ type }) => commandType.test(type))) {
        const declaration = parsed(asText(asKnownRecord(plain(props)).stdin));
        const monitor = monitorIn(declaration);
        for (const { names } of monitor === undefined ? [] : records(declaration.sentinels)) {
            const container = asText(asKnownRecord(names).container);
            if (known(container) && monitor !== undefined) {
                told.set(container, monitor);
            }
        }
    }
    return told;
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
