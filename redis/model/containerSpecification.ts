import { createHash } from "node:crypto";
import { parseMemory } from "../settings/sizes";
import { healthCheck } from "./files/healthCheck";
import { dataFolder, declaredFolder } from "./files/startScript";
import type { Model, NodeModel } from "./model";
import { labels } from "./names";

const mebibyte = 1024 * 1024;

/** The redis user of the official image and of Debian-based ones built like it: uid and gid. */
export const redisUser = "999:999";
/** How long a server may take to save and stop, in seconds: Redis waits up to 10 s for its replicas alone. */
const stopSeconds = 60;

/** Labels of everything that belongs to a node. */
export function nodeLabels(model: Model, node: NodeModel): Record<string, string> {
    return {
        [labels.deployment]: model.id,
        [labels.prefix]: model.prefix,
        [labels.node]: node.name,
        [labels.host]: node.host,
    };
}

/** The names of what a server's container is attached to, as Docker or Pulumi has them. */
export interface Attached<Name> {
    data: Name;
    configuration: Name;
    /** Absent on the hosts' own network. */
    network?: Name;
}

/** All that Pulumi is told of a server's container. */
export function serverArguments<Name>(model: Model, node: NodeModel, { data, configuration, network }: Attached<Name>) {
    return {
        ...serverContainer(model, node),
        ...memoryLimit(model),
        volumes: [
            { volumeName: data, containerPath: dataFolder },
            { volumeName: configuration, containerPath: declaredFolder, readOnly: true },
        ],
        ...(network === undefined
            ? { networkMode: "host" }
            : {
                  networkMode: "bridge",
                  networksAdvanced: [
                      {
                          name: network,
                          aliases: [node.name],
                          ...(model.network.subnet ? { ipv4Address: node.announce.host } : {}),
                      },
                  ],
                  ports: [{ internal: node.port, external: node.port, ip: node.reach.host }],
              }),
    };
}

/** Equal limits: a Redis that swaps is worse than one that refuses writes. In mebibytes, as Docker's plugin takes them. */
function memoryLimit({ memory }: Model): { memory?: number; memorySwap?: number } {
    const bytes = memory === undefined ? undefined : parseMemory(memory);
    const limit = bytes === undefined ? 0 : Math.ceil(bytes / mebibyte);
    return limit > 0 ? { memory: limit, memorySwap: limit } : {};
}

/** Docker starts nothing of this container: it copies files into the configuration volume when it makes it. */
export function filesContainer<Name>(model: Model, node: NodeModel, configuration: Name) {
    return {
        name: node.names.files,
        image: model.image,
        command: ["true"],
        start: false,
        mustRun: false,
        networkMode: "none",
        volumes: [{ volumeName: configuration, containerPath: declaredFolder }],
    };
}

/** What a server's container is by itself: what it is attached to, and its memory limit, have no part in its specification. */
export function serverContainer(model: Model, node: NodeModel) {
    return {
        name: node.names.container,
        image: model.image,
        command: ["sh", `${declaredFolder}/start`],
        user: redisUser,
        readOnly: true,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges"],
        restart: "unless-stopped",
        ...(model.timezone ? { envs: [`TZ=${model.timezone}`] } : {}),
        ...sysctls(model, node),
        stopTimeout: stopSeconds,
        destroyGraceSeconds: stopSeconds,
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        healthcheck: {
            tests: healthCheck(node.port),
            // Nearly all of what a check costs is Docker's starting a process in the container, whatever that does.
            interval: "1m0s",
            timeout: "3s",
            retries: 2,
            startPeriod: "10s",
        },
    };
}

/** The health check of servers before it was changed, which has a part in their hashes still. */
function earlierHealthCheck({ port }: NodeModel) {
    return { tests: healthCheck(port), interval: "10s", timeout: "3s", retries: 3, startPeriod: "10s" };
}

/** What the server needs of the kernel, where Docker can give it: in a network of the container's own. */
function sysctls(model: Model, node: NodeModel): { sysctls?: Record<string, string> } {
    const backlog = node.settings["tcp-backlog"];
    if (model.network.mode === "host" || backlog === undefined) return {};
    return { sysctls: { "net.core.somaxconn": String(backlog) } };
}

/** Labels of a server's container; the specification among them changes whenever the container has to be replaced. */
export function serverLabels(model: Model, node: NodeModel): Record<string, string> {
    return {
        ...nodeLabels(model, node),
        [labels.role]: node.kind ?? "server",
        [labels.port]: String(node.port),
        [labels.reach]: `${node.reach.host} ${node.reach.port}`,
        [labels.specification]: specification(model, node),
    };
}

/** Those that were worked out: each is asked for often, and a node belongs to one declaration. */
const specifications = new WeakMap<NodeModel, string>();

/**
 * Hash of all that only a new container applies and that is worth one: its own arguments, but for the health check, and what
 * Redis reads at its start only.
 */
export function specification(model: Model, node: NodeModel): string {
    const known = specifications.get(node);
    if (known) return known;
    const { announce, reach, restart } = node;
    const container = { ...serverContainer(model, node), healthcheck: earlierHealthCheck(node) };
    const hash = createHash("sha256")
        .update(JSON.stringify([container, model.network, announce, reach, restart]))
        .digest("hex")
        .slice(0, 12);
    specifications.set(node, hash);
    return hash;
}
