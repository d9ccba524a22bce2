import { createHash } from "node:crypto";
import { healthCheck } from "./files/healthCheck";
import { declaredFolder } from "./files/startScript";
import type { Model, NodeModel } from "./model";
import { labels } from "./names";

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

/** What Pulumi is told of a server's container, apart from its volumes, its network and its memory limit. */
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
