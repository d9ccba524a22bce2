import { isIP } from "node:net";
import { addressCount, highestPort } from "../../model/cluster/addresses";
import { defaultFirstPort, defaultReplicas } from "../../model/cluster/declaration";
import { place, placementProblems, placeName, placesOf, portOffset } from "../../model/cluster/placement";
import { below } from "../path";
import { show } from "../show";
import type { ClusterFields, Fields, HostEntry, NodeEntry } from "./fields";
import { checkDistinct, type Report } from "./report";

/** Checks `subnet`: on a bridge the servers of a cluster, and Sentinels with theirs, have fixed addresses in it. */
export function checkSubnet(args: Fields, hosts: readonly HostEntry[], report: Report): void {
    if (args.subnet === undefined) return;
    if (args.topology !== "cluster" && args.topology !== "sentinel") {
        report("subnet", "Belongs to clusters and Sentinels; say topology: cluster or sentinel, or leave it out");
    } else if (!onBridge(args, hosts)) {
        report("subnet", "Only a bridge network has a subnet; leave it out on the hosts' own network");
    }
}

/** Checks what only clusters have: `cluster`, and what a cluster asks of `hosts`. */
export function checkCluster(args: Fields, hosts: readonly HostEntry[], report: Report): void {
    const { cluster, nodes } = args;
    if (!onBridge(args, hosts)) checkAddresses(hosts, report);
    if (cluster === undefined) {
        if (nodes === undefined) report("cluster", "Is missing; { shards: 3 } would do, or write out the `nodes`");
        return;
    }
    if (nodes === undefined) checkShape(cluster, hosts, report);
    else checkNoShape(cluster, report);
}

/** Reports keys that mean nothing without a cluster. */
export function checkNoCluster(args: Fields, report: Report): void {
    if (args.cluster !== undefined) report("cluster", "Belongs to clusters; say topology: cluster, or leave it out");
}

/** Ports of the written-out nodes of a cluster: bus ports exist and meet nobody, fixed addresses differ. */
export function checkClusterPorts(
    nodes: readonly NodeEntry[],
    hosts: readonly HostEntry[],
    bridge: boolean,
    report: Report,
): void {
    const ports = nodes.flatMap(({ path, fields: { port, host } }) =>
        port === undefined ? [] : [{ path: `${path}.port`, port, host: hosts.length > 1 ? host : undefined }],
    );
    for (const { path, port, host } of ports) {
        if (port > highestPort) report(path, `Must be ${highestPort} at most: the cluster bus listens 10000 above`);
        const client = ports.find((other) => other.host === host && other.port === port + 10_000);
        if (client) report(client.path, `${client.port} is the bus port of the node with port ${port}; choose another`);
    }
    if (bridge) checkFixedAddresses(ports, report);
}

/** Checks that no two ports on a bridge stand for one fixed address. */
export function checkFixedAddresses(ports: readonly { path: string; port: number }[], report: Report): void {
    checkDistinct(
        // Equal ports are reported as such.
        [...new Map(ports.map((entry) => [entry.port, entry])).values()].map(({ path, port }) => ({
            path,
            value: String(port % addressCount),
        })),
        (_, earlier) => `Differs from ${earlier} by a multiple of ${addressCount}, which gives both one address`,
        report,
    );
}

/** Whether the servers have a bridge of their own. */
export function onBridge(args: Fields, hosts: readonly HostEntry[]): boolean {
    return args.network !== "host" && hosts.length < 2;
}

function checkAddresses(hosts: readonly HostEntry[], report: Report): void {
    for (const { path, fields } of hosts) {
        const { address } = fields;
        if (address === undefined || isIP(address)) continue;
        report(`${path}.address`, `Must be an IP address: nodes of a cluster know each other by nothing else`);
    }
}

function checkNoShape(cluster: ClusterFields, report: Report): void {
    for (const key of ["shards", "replicasPerShard", "firstPort", "placement"] as const) {
        if (cluster[key] === undefined) continue;
        report(`cluster.${key}`, "Says in another way what `nodes` say; leave one of them out");
    }
}

function checkShape(cluster: ClusterFields, hosts: readonly HostEntry[], report: Report): void {
    const { shards, replicasPerShard = defaultReplicas, firstPort = defaultFirstPort, placement = {} } = cluster;
    if (shards === undefined) {
        report("cluster.shards", "Is missing; 3 is the least that survives the loss of a master");
        return;
    }
    const shape = { shards, replicasPerShard };
    const offset = Math.max(...placesOf(shape).map(portOffset));
    if (firstPort + offset > highestPort) {
        report("cluster.firstPort", `Must be ${highestPort - offset} at most: bus ports are 10000 above the last port`);
    }
    const names = hosts.map(({ fields }) => fields.name);
    const nodes = placesOf(shape).map(placeName);
    const pinned = new Map<string, string>();
    let usable = true;
    for (const [node, host] of Object.entries(placement)) {
        const path = below("cluster.placement", node);
        if (host === undefined) continue;
        pinned.set(node, host);
        if (!nodes.includes(node)) report(path, `There is no node ${show(node)} in ${shards} shards`);
        if (names.includes(host)) continue;
        if (hosts.length === 0 && host === "local") continue;
        usable = false;
        report(path, `There is no host ${show(host)}`);
    }
    const known = names.filter((name) => name !== undefined);
    if (!usable || hosts.length < 2 || known.length < names.length) return;
    const placed = place(shape, known, pinned);
    for (const problem of placementProblems(shape, known, placed)) report("cluster.placement", problem);
}
