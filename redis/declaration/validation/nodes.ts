import { persistences } from "../arguments";
import { nearest } from "../nearest";
import { checkClusterPorts } from "./cluster";
import type { HostEntry } from "./hosts";
import { checkDistinct, checkKeys, checkList, checkWord, type Fields, nameProblem, type Report, show } from "./report";
import { checkSettings } from "./settings";

interface NodeEntry {
    path: string;
    fields: Fields;
}

const nodeKeys = ["name", "port", "host", "replicaOf", "persistence", "settings", "formerly"];

/** Checks `nodes`: each by itself, their names and ports, and the tree of replication. */
export function checkNodes(args: Fields, hosts: readonly HostEntry[], report: Report): NodeEntry[] {
    const value = args.nodes;
    const cluster = args.topology === "cluster";
    // A cluster may be declared by its shape.
    if (cluster && value === undefined) return [];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) {
        report("nodes", "Must list at least one node, the master");
        return [];
    }
    const nodes = checkList("nodes", value, "nodes", report);
    for (const { path, fields } of nodes) {
        checkKeys(path, fields, nodeKeys, report);
        report(`${path}.name`, nameProblem(fields.name));
        report(`${path}.port`, portProblem(fields.port));
        report(`${path}.host`, hostProblem(fields.host, hosts));
        checkWord(`${path}.persistence`, fields.persistence, persistences, report);
        checkSettings(`${path}.settings`, fields.settings, report);
    }
    checkNames(nodes, report);
    checkPorts(nodes, hosts, report);
    if (cluster) checkClusterPorts(nodes, hosts, args.network !== "host" && hosts.length < 2, report);
    if (Array.isArray(value) && nodes.length === value.length) checkTree(nodes, cluster, report);
    return nodes;
}

/** What is wrong with a port, or undefined. */
export function portProblem(port: unknown): string | undefined {
    if (port === undefined) return "Is missing; Redis's own is 6379";
    if (Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535) return undefined;
    return `Must be a whole number from 1 to 65535, not ${show(port)}`;
}

/** What is wrong with the name of a host, or undefined. */
export function hostProblem(host: unknown, hosts: readonly HostEntry[]): string | undefined {
    const names = hosts.map(({ fields }) => fields.name);
    if (host === undefined) {
        return hosts.length > 1 ? `Is missing; with several hosts say which: ${names.map(show).join(", ")}` : undefined;
    }
    if (typeof host !== "string") return `Must be the name of a host, not ${show(host)}`;
    if (names.includes(host)) return undefined;
    if (hosts.length > 0) return `There is no host ${show(host)}${near(host, names)}`;
    if (host === "local") return undefined;
    return `There is no host ${show(host)}; add it to \`hosts\`, or leave the key out for the local Docker Engine`;
}

/** The nearest name, or all of them. */
function near(wanted: string, names: readonly unknown[]): string {
    const texts = names.filter((name): name is string => typeof name === "string");
    const found = nearest(wanted, texts);
    return found ? `; did you mean ${found}?` : `; there are ${texts.map(show).join(", ")}`;
}

const lower = (value: unknown): string | undefined => (typeof value === "string" ? value.toLowerCase() : undefined);

function checkNames(nodes: readonly NodeEntry[], report: Report): void {
    checkDistinct(
        nodes.map(({ path, fields }) => ({ path: `${path}.name`, value: lower(fields.name) })),
        (name, earlier) => `${show(name)} is already ${earlier}; names must differ`,
        report,
    );
    const names = new Set(nodes.map(({ fields }) => lower(fields.name)));
    checkFormerly(nodes, names, report);
}

/** Checks the names that nodes had before: volumes still have them, so that nobody else may get one. */
export function checkFormerly(nodes: readonly NodeEntry[], names: ReadonlySet<unknown>, report: Report): void {
    const former = nodes.flatMap(({ path, fields: { formerly } }) => {
        const several = Array.isArray(formerly);
        if (several && formerly.length === 0) report(`${path}.formerly`, "Names no former name; leave it out");
        const values = several ? formerly : formerly === undefined ? [] : [formerly];
        return values.map((value, index) => ({ path: `${path}.formerly${several ? `[${index}]` : ""}`, value }));
    });
    for (const { path, value } of former) {
        report(path, nameProblem(value));
        if (!names.has(lower(value))) continue;
        report(
            path,
            `There still is a node ${show(value)}; this is for a name that is gone, which its volumes still have: give that other node another name`,
        );
    }
    checkDistinct(
        former.map(({ path, value }) => ({ path, value: lower(value) })),
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
                typeof port === "number" && (typeof host === "string" || !several)
                    ? `${several ? host : ""} ${port}`
                    : undefined,
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
        if (typeof parent !== "string") report(where, `Must be the name of a node, not ${show(parent)}`);
        else if (parent === fields.name) report(where, "A node cannot replicate itself");
        else if (!parents.has(parent))
            report(where, `There is no node ${show(parent)}${near(parent, [...parents.keys()])}`);
        else if (cluster && parents.get(parent) !== undefined)
            report(where, `${show(parent)} is a replica itself; in a cluster replicas have a master`);
        else if (inCycle(fields.name, parents)) report(where, `Goes round in a circle, back to ${show(fields.name)}`);
    }
}

function inCycle(name: unknown, parents: ReadonlyMap<unknown, unknown>): boolean {
    let current = parents.get(name);
    for (let steps = 0; steps < parents.size && current !== undefined; steps++) {
        if (current === name) return true;
        current = parents.get(current);
    }
    return false;
}
