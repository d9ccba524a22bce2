/** Joins the resources of a stack into Redis nodes and their deployments. */

import type { User } from "./acl";
import type { Settings } from "./config";
import {
    type Container,
    commandType,
    containerType,
    type Recognition,
    readContainer,
    recognise,
    remoteImageType,
    volumeType,
} from "./container";
import { ContainerFiles, localHost, type ReadLocal, VolumeFiles } from "./files";
import { type ImageReference, type Product, parseImage } from "./image";
import { deploymentLabel, mastersFromConvergence, monitorsFromConvergence } from "./ownComponents";
import { asFlag, asRecord, asText, known, type Maybe, plain, UNKNOWN } from "./plain";
import { type Configuration, resolveConfiguration } from "./resolve";
import type { Endpoint, Monitor, StackResource } from "./resource";

/** A running Redis or Valkey server or Sentinel. */
export interface RedisNode {
    readonly name: string;
    readonly urn: string;
    readonly kind: "server" | "sentinel";
    readonly product: Product;
    readonly container: Container;
    readonly image: ImageReference | undefined;
    /** The Docker Engine that runs it: `local` or an endpoint. */
    readonly host: string;
    readonly settings: Settings;
    readonly configuration: Configuration;
    readonly users: readonly User[];
    /** False when users may exist that cannot be seen. */
    readonly usersComplete: boolean;
    /** Absent when the port is computed. */
    readonly port: number;
    readonly isCluster: boolean;
    /** What it replicates, as declared. */
    readonly replicaOf: Endpoint | undefined;
    readonly monitors: readonly Monitor[];
    /** The node that it replicates, when it is in this stack. In a cluster: the declared master of its shard, where one is. */
    master: RedisNode | undefined;
    /** What the program declares it to be; undefined of Sentinels, and in a cluster whose roles are given later. */
    role: "master" | "replica" | undefined;
    /** Nodes with the same number belong together. */
    group: number;
}

/** A `docker.Volume`. */
export interface VolumeResource {
    readonly urn: string;
    readonly name: string;
    readonly host: string;
    readonly isProtected: boolean;
}

/** What a stack runs. */
export interface Stack {
    readonly nodes: readonly RedisNode[];
    /** False where a container may be a server or Sentinel, and which is not seen. */
    readonly complete: boolean;
    readonly volumes: readonly VolumeResource[];
    /** Shell texts of `command.local.Command` and `command.remote.Command`. */
    readonly shellTexts: readonly string[];
}

/** Reads a stack. */
export function readStack(resources: readonly StackResource[], readLocal: ReadLocal): Stack {
    const containers = resources
        .filter(({ type }) => type === containerType)
        .map((resource) => ({
            resource,
            container: readContainer(resource.urn, resource.name, resource.props),
            host: hostOf(resource),
        }));
    const volumeFiles = new VolumeFiles();
    for (const { container, host } of containers) {
        volumeFiles.add(host, container, readLocal);
    }
    const monitors = monitorsFromConvergence(resources);
    const nodes: RedisNode[] = [];
    let complete = true;
    for (const { resource, container, host } of containers) {
        const imageName = imageNameOf(container, resource);
        const image = imageName === undefined ? container.reference : parseImage(imageName);
        const recognition = recognise(container, imageName);
        if (recognition === undefined) {
            complete &&= !mayBeNode(container, image);
            continue;
        }
        const node = readNode(container, recognition, image, host, volumeFiles, readLocal, monitors);
        complete &&= container.start.is !== "unknown" && (container.start.is !== "script" || isScriptSeen(node));
        nodes.push(node);
    }
    // Resources arrive in the order in which they happened to be registered.
    nodes.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
    declareRoles(nodes, mastersFromConvergence(resources));
    join(nodes);
    return { nodes, complete, volumes: readVolumes(resources), shellTexts: readShellTexts(resources) };
}

/** Whether a container that is not recognised may be one all the same. */
function mayBeNode({ props, start }: Container, image: ImageReference | undefined): boolean {
    return asFlag(props.start) === UNKNOWN || start.is === "unknown" || (start.is !== "other" && image === undefined);
}

function isScriptSeen({ configuration }: RedisNode): boolean {
    return configuration.script !== undefined;
}

/** The image's name where the container itself holds only an id, or an id that is not known yet. */
export function imageNameOf(container: Container, resource: StackResource): string | undefined {
    if (container.reference !== undefined && !container.reference.isId) {
        return undefined;
    }
    for (const source of resource.sources.image ?? []) {
        const props = asRecord(plain(source.props));
        const name =
            props === UNKNOWN
                ? UNKNOWN
                : asText(source.type === remoteImageType ? props.name : (props.imageName ?? props.name));
        if (known(name) && name !== "") {
            return name;
        }
    }
    return undefined;
}

function hostOf(resource: StackResource): string {
    const props = asRecord(plain(resource.provider?.props));
    const host = props === UNKNOWN ? UNKNOWN : asText(props.host);
    const context = props === UNKNOWN ? UNKNOWN : asText(props.context);
    if (host === UNKNOWN || context === UNKNOWN) {
        return resource.provider?.urn ?? localHost;
    }
    if (host === undefined || host === "") {
        return context === undefined || context === "" ? localHost : `context ${context}`;
    }
    // A socket of another name may be an Engine of its own, or the end of a tunnel to another machine.
    return localSockets.test(host) ? localHost : host;
}

/** Where the local Engine listens unless it is told otherwise. */
const localSockets = /^(?:unix:\/+(?:var\/)?run\/docker\.sock|npipe:[\\/.]+pipe[\\/]+docker_engine)$/;

function readNode(
    container: Container,
    recognition: Recognition,
    image: ImageReference | undefined,
    host: string,
    volumeFiles: VolumeFiles,
    readLocal: ReadLocal,
    monitors: ReadonlyMap<string, Monitor>,
): RedisNode {
    const files = new ContainerFiles(container, host, volumeFiles, readLocal);
    const configuration = resolveConfiguration(container, recognition, image, files);
    const { settings } = configuration;
    const { kind } = configuration;
    return {
        name: container.name,
        urn: container.urn,
        kind,
        product: recognition.product,
        container,
        image,
        host,
        settings,
        configuration,
        users: configuration.users,
        usersComplete: configuration.usersComplete,
        port: portOf(settings, kind === "sentinel" ? 26379 : 6379),
        isCluster: settings.isOn("cluster-enabled", false),
        replicaOf: replicaOf(settings),
        monitors: [...monitorsIn(settings), ...[monitors.get(container.name) ?? []].flat()],
        master: undefined,
        role: undefined,
        group: -1,
    };
}

function monitorsIn(settings: Settings): Monitor[] {
    return settings
        .all("sentinel")
        .flatMap(({ values: [word, name, address, port, quorum] }) =>
            word === "monitor" && name !== undefined && address !== undefined
                ? [{ name, host: address, port: Number(port ?? 6379), quorum: Number(quorum ?? Number.NaN) }]
                : [],
        );
}

function portOf(settings: Settings, fallback: number): number {
    const port = Number(settings.value("port") ?? fallback);
    return port === 0 ? Number(settings.value("tls-port") ?? 0) : port;
}

function replicaOf(settings: Settings): Endpoint | undefined {
    const [first, second] = settings.last("replicaof")?.values ?? [];
    // `--replicaof "master 6379"` arrives as one word.
    const [host, port] = second === undefined ? (first ?? "").trim().split(/\s+/) : [first, second];
    if (host === undefined || host === "" || host.toLowerCase() === "no") {
        return undefined;
    }
    return { host, port: Number(port ?? 6379) };
}

const loopback = /^(?:127\.\d+\.\d+\.\d+|localhost|::1|0\.0\.0\.0)$/i;

/** Whether an address means the machine or container itself. */
export function isLoopback(address: string): boolean {
    return loopback.test(address);
}

/** Whether a node uses its host's own network. */
export function usesHostNetwork(node: RedisNode): boolean {
    return node.container.networkMode === "host";
}

/** The node that answers at an endpoint, as another node sees it. */
export function nodeAt(nodes: readonly RedisNode[], from: RedisNode, endpoint: Endpoint): RedisNode | undefined {
    const others = nodes.filter((node) => node !== from && node.kind === "server");
    const named = others.filter((node) => namesOf(node).includes(endpoint.host));
    if (named.length > 0) {
        return named.find((node) => node.port === endpoint.port) ?? named[0];
    }
    const samePort = others.filter((node) => node.port === endpoint.port || publishes(node, endpoint.port));
    if (isLoopback(endpoint.host)) {
        return usesHostNetwork(from) ? samePort.find((node) => node.host === from.host) : undefined;
    }
    const announced = samePort.find((node) => announcedAddress(node) === endpoint.host);
    if (announced !== undefined) {
        return announced;
    }
    // An address that nothing in the program explains (of a container, of the host): the one node that it can be.
    return samePort.length === 1
        ? samePort[0]
        : onlyOne(samePort.filter((node) => node.replicaOf === undefined && !node.isCluster));
}

function onlyOne<T>(candidates: readonly T[]): T | undefined {
    return candidates.length === 1 ? candidates[0] : undefined;
}

function publishes(node: RedisNode, port: number): boolean {
    return node.container.ports !== UNKNOWN && node.container.ports.some(({ external }) => external === port);
}

function namesOf(node: RedisNode): string[] {
    const { container } = node;
    const names: Maybe<string>[] = [container.name, container.hostname];
    for (const attachment of container.attachments) {
        names.push(...attachment.aliases, attachment.address);
    }
    return names.filter((name): name is string => known(name) && name !== "");
}

/** The address that a node tells others, when it is told to. */
export function announcedAddress(node: RedisNode): string | undefined {
    const { settings } = node;
    return node.kind === "sentinel"
        ? settings.all("sentinel").findLast(({ values }) => values[0] === "announce-ip")?.values[1]
        : (settings.value("cluster-announce-ip") ?? settings.value("replica-announce-ip"));
}

/** Says which nodes are masters. Who replicates whom in a cluster stands in no file. */
function declareRoles(nodes: readonly RedisNode[], masters: ReadonlyMap<string, string | undefined>): void {
    for (const node of nodes.filter(({ kind }) => kind === "server")) {
        if (!node.isCluster) {
            node.role = node.replicaOf === undefined ? "master" : "replica";
        } else if (masters.has(node.name)) {
            const master = masters.get(node.name);
            node.role = master === undefined ? "master" : "replica";
            node.master = nodes.find(({ name, isCluster }) => isCluster && name === master);
        }
    }
}

/** Links replicas to their masters, and numbers the groups that belong together. */
function join(nodes: readonly RedisNode[]): void {
    const groups = new Map<RedisNode, RedisNode>();
    const root = (node: RedisNode): RedisNode => {
        const parent = groups.get(node);
        return parent === undefined || parent === node ? node : root(parent);
    };
    const unite = (one: RedisNode, other: RedisNode): void => {
        const [first, second] = [root(one), root(other)];
        if (first !== second) {
            groups.set(second, first);
        }
    };
    for (const node of nodes) {
        if (node.replicaOf !== undefined) {
            node.master = nodeAt(nodes, node, node.replicaOf);
        }
        for (const linked of [node.master, ...node.monitors.map((monitor) => nodeAt(nodes, node, monitor))]) {
            if (linked !== undefined) {
                unite(linked, node);
            }
        }
    }
    // Sentinels that watch one master belong together, also when it is none of this stack's.
    const watched = new Map<string, RedisNode>();
    for (const node of nodes) {
        for (const { name, host, port } of node.monitors) {
            const key = `${name} ${host} ${port}`;
            unite(watched.get(key) ?? node, node);
            watched.set(key, node);
        }
    }
    // Cluster nodes find each other by CLUSTER MEET, which no declaration shows: those of one network are one cluster.
    const clusters = new Map<string, RedisNode>();
    for (const node of nodes.filter(({ isCluster }) => isCluster)) {
        const key = clusterKey(node);
        const first = clusters.get(key);
        if (first === undefined) {
            clusters.set(key, node);
        } else {
            unite(first, node);
        }
    }
    const numbers = new Map<RedisNode, number>();
    for (const node of nodes) {
        const first = root(node);
        if (!numbers.has(first)) {
            numbers.set(first, numbers.size);
        }
        node.group = numbers.get(first) ?? -1;
    }
}

function clusterKey(node: RedisNode): string {
    const deployment = node.container.labels.find(({ label }) => label === deploymentLabel)?.value;
    if (known(deployment)) {
        return `deployment ${deployment}`;
    }
    const network = node.container.attachments[0]?.network;
    return usesHostNetwork(node) || !known(network) ? "" : `network ${network}`;
}

/** The nodes by group, each group with its servers and Sentinels. */
export function groupsOf(stack: Stack): RedisNode[][] {
    const groups = new Map<number, RedisNode[]>();
    for (const node of stack.nodes) {
        const group = groups.get(node.group) ?? [];
        group.push(node);
        groups.set(node.group, group);
    }
    return [...groups.values()];
}

function readVolumes(resources: readonly StackResource[]): VolumeResource[] {
    return resources
        .filter(({ type }) => type === volumeType)
        .map((resource) => {
            const props = asRecord(plain(resource.props));
            const name = props === UNKNOWN ? undefined : asText(props.name);
            return {
                urn: resource.urn,
                name: known(name) ? name : resource.name,
                host: hostOf(resource),
                isProtected: resource.protect,
            };
        });
}

function readShellTexts(resources: readonly StackResource[]): string[] {
    const texts: Maybe<string>[] = [];
    for (const { type, props } of resources) {
        const record = commandType.test(type) ? asRecord(plain(props)) : UNKNOWN;
        if (record !== UNKNOWN) {
            texts.push(asText(record.create), asText(record.update));
        }
    }
    return texts.filter((text) => known(text));
}
