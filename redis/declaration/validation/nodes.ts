import { nearest } from "../nearest";
import { show } from "../show";
import { checkClusterPorts, onBridge } from "./cluster";
import type { Fields, HostEntry, NodeEntry, ServerEntry } from "./fields";
import { checkDistinct, entriesOf, type Report } from "./report";

/**
 * Checks `nodes` together: their hosts, names and ports, and the tree of replication.
 * @param isWrong whether the value at a path was reported, so that it is not absent although it is missing here
 */
export function checkNodes(
    args: Fields,
    hosts: readonly HostEntry[],
    isWrong: (path: string) => boolean,
    report: Report,
): NodeEntry[] {
    const cluster = args.topology === "cluster";
    // A cluster may be declared by its shape.
    if (cluster && args.nodes === undefined) return [];
    if (args.nodes === undefined || args.nodes.length === 0) {
        report("nodes", "Must list at least one node, the master");
        return [];
    }
    const nodes = entriesOf("nodes", args.nodes);
    for (const { path, fields } of nodes) report(`${path}.host`, hostProblem(fields.host, hosts));
    checkNames(nodes, report);
    checkPorts(nodes, hosts, report);
    if (cluster) checkClusterPorts(nodes, hosts, onBridge(args, hosts), report);
    const isWhole = nodes.length === args.nodes.length && !nodes.some(({ path }) => isWrong(`${path}.replicaOf`));
    if (isWhole) checkTree(nodes, cluster, report);
    return nodes;
}

/** What is wrong with the name of a host, or undefined. */
export function hostProblem(host: string | undefined, hosts: readonly HostEntry[]): string | undefined {
    const names = hosts.map(({ fields }) => fields.name);
    if (host === undefined) {
        return hosts.length > 1 ? `Is missing; with several hosts say which: ${names.map(show).join(", ")}` : undefined;
    }
    if (names.includes(host)) return undefined;
    if (hosts.length > 0) return `There is no host ${show(host)}${near(host, names)}`;
    if (host === "local") return undefined;
    return `There is no host ${show(host)}; add it to \`hosts\`, or leave the key out for the local Docker Engine`;
}

/** The nearest name, or all of them. */
function near(wanted: string, names: readonly (string | undefined)[]): string {
    const known = names.filter((name) => name !== undefined);
    const found = nearest(wanted, known);
    return found ? `; did you mean ${found}?` : `; there are ${known.map(show).join(", ")}`;
}

function checkNames(nodes: readonly NodeEntry[], report: Report): void {
    checkDistinct(
        nodes.map(({ path, fields }) => ({ path: `${path}.name`, value: fields.name?.toLowerCase() })),
        (name, earlier) => `${show(name)} is already ${earlier}; names must differ`,
        report,
    );
    checkFormerly(nodes, new Set(nodes.map(({ fields }) => fields.name?.toLowerCase())), report);
}

/** Checks the names that nodes had before: volumes still have them, so that nobody else may get one. */
export function checkFormerly(
    nodes: readonly ServerEntry[],
    names: ReadonlySet<string | undefined>,
    report: Report,
): void {
    for (const { path, fields } of nodes) {
        if (fields.formerly?.length === 0) report(`${path}.formerly`, "Names no former name; leave it out");
    }
    const former = nodes.flatMap(({ path, fields: { formerly = [] } }) =>
        formerly.flatMap((name, index) => (name === undefined ? [] : [{ path: `${path}.formerly[${index}]`, name }])),
    );
    for (const { path, name } of former) {
        if (!names.has(name.toLowerCase())) continue;
        report(
            path,
            `There still is a node ${show(name)}; this is for a name that is gone, which its volumes still have: give that other node another name`,
        );
    }
    checkDistinct(
        former.map(({ path, name }) => ({ path, value: name.toLowerCase() })),
        (name, earlier) => `${show(name)} is already ${earlier}; one node has one successor`,
        report,
    );
}

function checkPorts(nodes: readonly NodeEntry[], hosts: readonly HostEntry[], report: Report): void {
    const several = hosts.length > 1;
    checkDistinct(
        nodes.map(({ path, fields: { port, host } }) => ({
            path: `${path}.port`,
            value:
                port !== undefined && (host !== undefined || !several) ? `${several ? host : ""} ${port}` : undefined,
        })),
        (value, earlier) => `${value.split(" ")[1]} is already ${earlier}; ports on one host must differ`,
        report,
    );
}

/** One master, and every other node below it; in a cluster several, and every other node replicates one of them. */
function checkTree(nodes: readonly NodeEntry[], cluster: boolean, report: Report): void {
    const masters = nodes.filter(({ fields }) => fields.replicaOf === undefined);
    if (masters.length === 0) report("nodes", "There is no master: one node must have no `replicaOf`");
    for (const { path, fields } of cluster ? [] : masters.slice(1)) {
        const first = show(masters[0]?.fields.name);
        report(
            path,
            `A second master, ${show(fields.name)}, beside ${first}: say which node it replicates in \`replicaOf\``,
        );
    }
    const parents = new Map(nodes.map(({ fields }) => [fields.name, fields.replicaOf]));
    for (const { path, fields } of nodes) {
        const parent = fields.replicaOf;
        if (parent === undefined) continue;
        const where = `${path}.replicaOf`;
        if (parent === fields.name) report(where, "A node cannot replicate itself");
        else if (!parents.has(parent))
            report(where, `There is no node ${show(parent)}${near(parent, [...parents.keys()])}`);
        else if (cluster && parents.get(parent) !== undefined)
            report(where, `${show(parent)} is a replica itself; in a cluster replicas have a master`);
        else if (inCycle(fields.name, parents)) report(where, `Goes round in a circle, back to ${show(fields.name)}`);
    }
}

function inCycle(name: string | undefined, parents: ReadonlyMap<string | undefined, string | undefined>): boolean {
    let current = parents.get(name);
    for (let steps = 0; steps < parents.size && current !== undefined; steps++) {
        if (current === name) return true;
        current = parents.get(current);
    }
    return false;
}
