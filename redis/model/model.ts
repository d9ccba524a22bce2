import { createHash } from "node:crypto";
import type {
    DataPolicy,
    DeploymentArguments,
    HostArguments,
    NetworkMode,
    NodeArguments,
    Persistence,
    Settings,
    Topology,
    UserArguments,
} from "../declaration/arguments";
import { needsRestart } from "../settings/settings";
import { addressFor, subnetFor } from "./cluster/addresses";
import { declaredNodes } from "./cluster/declaration";
import { usualPoints } from "./files/keptData";
import { sentinelStartScript } from "./files/sentinelStartScript";
import { startScriptOf } from "./files/startScript";
import { type NodeNames, networkName, nodeNames } from "./names";
import { type Watch, watchOf } from "./sentinel/declaration";

/** Where a server answers. Never a string split at `:`, which IPv6 addresses hold too. */
export interface Endpoint {
    /** A name or an address. */
    host: string;
    /** The TCP port. */
    port: number;
}

export interface HostModel {
    name: string;
    /** Docker endpoint; absent for the Engine that the Docker CLI finds. */
    docker?: string;
    address: string;
    /** Lost for now: nothing on it is looked at or waited for. */
    down?: true;
    /** About to be away for a while: it holds no master, and nothing depends on it. */
    draining?: true;
}

export interface NodeModel {
    /** Absent of servers. */
    kind?: "sentinel";
    name: string;
    host: string;
    port: number;
    /** What Redis tells others: name and port inside the network. */
    announce: Endpoint;
    /** How the deployer, and clients on its side, get there. */
    reach: Endpoint;
    /** The node it replicates; absent on the master. In a cluster that is the declaration: roles belong to Redis. */
    replicaOf?: string;
    persistence: Persistence;
    /** Directives in effect, the project's own defaults below the user's. Holds no secret. */
    settings: Settings;
    names: NodeNames;
    /** Changes when something changes that only a new start applies. */
    restart: string;
    /** The names before renames, the latest first. */
    formerly?: string[];
}

/** A deployment worked out in full: plain data that components build and commands converge to. Holds no secret. */
export interface Model {
    id: string;
    prefix: string;
    topology: Topology;
    image: string;
    /** `subnet`: where a network of fixed addresses has one. */
    network: { mode: NetworkMode; name: string; subnet?: string };
    hosts: HostModel[];
    nodes: NodeModel[];
    /** Of the topology sentinel: the Sentinels, and what they are told. */
    sentinels?: NodeModel[];
    watch?: Watch;
    /** Of clusters: whether mastership goes back to the declared masters. */
    restoreMasters?: boolean;
    users: Required<UserArguments>[];
    data: DataPolicy;
    memory?: string;
    timezone?: string;
    /** How many full synchronisations may run at a time. */
    synchronisations: number;
}

/** Applications' users when none is declared. */
export const defaultUsers: UserArguments[] = [{ name: "default" }];

/**
 * What an application's user may run unless it is declared: everything but what Redis counts as dangerous, which is what
 * blocks or empties a server, changes or stops it, lets it follow another, or shows what others do. All that Redis counts
 * as administrative is in it.
 * - Back come what clients ask a server for by themselves (`INFO`, `ROLE`, and `CLIENT LIST`, by which queues count their
 *   workers) and `SORT`. `RESTORE` does not: a forged payload stops a server of any version.
 * - `SCRIPT` and `FUNCTION` are not in the category. What loads stays, by which client libraries prepare `EVALSHA` and
 *   `FCALL`; what takes scripts and functions away from others, or restores functions, does not.
 */
export const defaultCommands =
    "+@all -@dangerous +info +role +client|list +sort +sort_ro " +
    "-script +script|load +script|exists -function +function|load +function|list";

/**
 * Settings under the user's own.
 * - `repl-diskless-sync-delay 0`: a replica attaches in 0.1-0.3 s instead of 5-6 s with Redis's default of 5.
 * - `repl-backlog-size`: Redis's 1 MB turns a replica's short restart into a full synchronisation.
 * - `maxmemory-policy noeviction`: a server that is not told to forget keys does not.
 */
const defaultSettings: Settings = {
    "repl-diskless-sync-delay": 0,
    "repl-backlog-size": "64mb",
    "maxmemory-policy": "noeviction",
};

/**
 * - `cluster-node-timeout 5000`: writes go on 7 s after the loss of a master, against 17 s with Redis's default of 15000.
 * - `cluster-allow-replica-migration no`: which master a replica has is the declaration's to say.
 * - `repl-diskless-sync`: what a newcomer is guarded by (files/startScript.ts) has to be taken back.
 */
const clusterSettings: Settings = {
    "cluster-node-timeout": 5000,
    "cluster-allow-replica-migration": false,
    "repl-diskless-sync": true,
};

const persistenceSettings: Record<Persistence, Settings> = {
    aof: { appendonly: true, save: "" },
    rdb: { appendonly: false, save: usualPoints },
    "aof+rdb": { appendonly: true, save: usualPoints },
    none: { appendonly: false, save: "" },
};

/** The address at which only this machine reaches a host. */
export const loopback = "127.0.0.1";

/** Works a valid declaration out in full. The same declaration and id always give the same model. */
export function buildModel(args: DeploymentArguments, identity: { id: string; prefix: string }): Model {
    const hosts = (args.hosts ?? [{ name: "local" }]).map(hostModel);
    const mode = args.network ?? (hosts.length > 1 ? "host" : "bridge");
    const topology = args.topology ?? "replication";
    const network: Model["network"] = { mode, name: networkName(identity.prefix) };
    if (topology !== "replication" && mode === "bridge") network.subnet = args.subnet ?? subnetFor(identity.prefix);
    return {
        ...identity,
        topology,
        image: args.image,
        network,
        hosts,
        nodes: declaredNodes(args).map((node) => nodeModel(node, args, hosts, network, identity.prefix)),
        ...(topology === "sentinel" ? watched(args, hosts, network, identity.prefix) : {}),
        ...(topology === "cluster" ? { restoreMasters: args.cluster?.restoreMasters ?? false } : {}),
        users: (args.users ?? defaultUsers).map((user) => ({
            name: user.name,
            keys: user.keys ?? ["*"],
            channels: user.channels ?? ["*"],
            commands: user.commands ?? defaultCommands,
        })),
        data: args.data ?? "keep",
        memory: args.memory,
        timezone: args.timezone,
        synchronisations: args.synchronisations ?? 1,
    };
}

function hostModel(host: HostArguments): HostModel {
    const { name, docker, address = loopback, state } = host;
    const down = state === "down" ? { down: true as const } : {};
    const draining = state === "draining" ? { draining: true as const } : {};
    return { name, docker, address, ...down, ...draining };
}

function nodeModel(
    node: NodeArguments,
    args: DeploymentArguments,
    hosts: HostModel[],
    network: Model["network"],
    prefix: string,
): NodeModel {
    const host = node.host ? hosts.find(({ name }) => name === node.host) : hosts[0];
    if (!host) throw new Error(`node ${node.name} names the unknown host ${node.host}`);
    const persistence = node.persistence ?? "aof";
    const topology = args.topology ?? "replication";
    const settings = {
        ...defaultSettings,
        ...(topology === "cluster" ? clusterSettings : {}),
        ...persistenceSettings[persistence],
        ...args.settings,
        ...node.settings,
    };
    const reach = { host: host.address, port: node.port };
    const { formerly = [] } = node;
    return {
        name: node.name,
        host: host.name,
        port: node.port,
        announce: network.mode === "host" ? reach : inNetwork({ network }, node.name, node.port),
        reach,
        replicaOf: node.replicaOf,
        persistence,
        settings,
        names: nodeNames(prefix, node.name, formerly.at(-1)),
        restart: restartHash(settings, topology),
        ...(formerly.length > 0 ? { formerly } : {}),
    };
}

/** The Sentinels, each a container like a server's, and what they are told. */
function watched(
    args: DeploymentArguments,
    hosts: HostModel[],
    network: Model["network"],
    prefix: string,
): Pick<Model, "sentinels" | "watch"> {
    const sentinels = (args.sentinels ?? []).map((sentinel): NodeModel => {
        const node = nodeModel({ ...sentinel, persistence: "none" }, { ...args, settings: {} }, hosts, network, prefix);
        return { ...node, kind: "sentinel", settings: {}, restart: hashOf([sentinelStartScript]) };
    });
    return { sentinels, watch: watchOf(args.sentinel, sentinels.length) };
}

/** What other servers on the bridge know a node by: cluster nodes know addresses only. */
export function inNetwork({ network: { subnet } }: Pick<Model, "network">, name: string, port: number): Endpoint {
    return { host: subnet ? addressFor(subnet, port) : name, port };
}

/** Hash of what a running server cannot be told: the settings it reads at start only, and how it starts. */
function restartHash(settings: Settings, topology: Topology): string {
    const fixed = Object.entries(settings).filter(([name]) => needsRestart(name));
    return hashOf([fixed.sort(), startScriptOf(topology)]);
}

function hashOf(value: unknown): string {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
}

/** Servers and Sentinels. */
export function allNodes({ nodes, sentinels = [] }: Pick<Model, "nodes" | "sentinels">): NodeModel[] {
    return [...nodes, ...sentinels];
}

/** The nodes whose hosts are not lost; of the servers unless others are given. */
export function present(model: Pick<Model, "hosts" | "nodes">, nodes: NodeModel[] = model.nodes): NodeModel[] {
    return nodes.filter((node) => !hostOf(model, node.host).down);
}

/** Whether a node's host is neither lost nor about to be away. */
export function stays(model: Pick<Model, "hosts">, { host }: Pick<NodeModel, "host">): boolean {
    const { down, draining } = hostOf(model, host);
    return !down && !draining;
}

/** The one node that replicates nothing. */
export function masterOf(model: Pick<Model, "nodes">): NodeModel {
    const master = model.nodes.find((node) => !node.replicaOf);
    if (!master) throw new Error("the model has no master");
    return master;
}

export function nodeOf(model: Pick<Model, "nodes">, name: string): NodeModel {
    const node = model.nodes.find((candidate) => candidate.name === name);
    if (!node) throw new Error(`the model has no node ${name}`);
    return node;
}

export function hostOf(model: Pick<Model, "hosts">, name: string): HostModel {
    const host = model.hosts.find((candidate) => candidate.name === name);
    if (!host) throw new Error(`the model has no host ${name}`);
    return host;
}
