import { busOffset } from "../cluster/addresses";
import type { Model, NodeModel } from "../model";
import { dataFolder, declaredFolder } from "./startScript";

/** Directives that are the project's own and that a running server can be told. Holds no secret. */
export function liveOwnDirectives(model: Model, node: NodeModel): Record<string, string> {
    const { host, port } = node.announce;
    const cluster = {
        "cluster-announce-ip": host,
        "cluster-announce-port": String(port),
        "cluster-announce-bus-port": String(port + busOffset),
    };
    return {
        ...(model.topology === "cluster" ? cluster : {}),
        "protected-mode": "yes",
        masteruser: "replication",
        "replica-announce-ip": host,
        "replica-announce-port": String(port),
    };
}

/** The project's own directives of a node, as lines of redis.conf. */
export function ownDirectives(model: Model, node: NodeModel, replicationPassword: string): string[][] {
    const bind = model.network.mode === "bridge" ? ["*", "-::*"] : [...new Set([node.reach.host, "127.0.0.1"])];
    return [
        ["port", String(node.port)],
        ["bind", ...bind],
        ["dir", dataFolder],
        ...(model.topology === "cluster" ? clusterStart(node) : []),
        ["aclfile", `${declaredFolder}/users.acl`],
        ["masterauth", replicationPassword],
        ...Object.entries(liveOwnDirectives(model, node)),
    ];
}

/**
 * What a cluster's node is told at its start only. The bus port would follow from `port`, and no longer once that is 0
 * for TLS: written out, it stays where the others know it.
 */
function clusterStart({ port }: NodeModel): string[][] {
    return [
        ["cluster-enabled", "yes"],
        ["cluster-port", String(port + busOffset)],
    ];
}
