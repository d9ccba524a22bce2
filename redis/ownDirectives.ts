import type { Model, NodeModel } from "./model";
import { dataFolder, declaredFolder } from "./rendering/startScript";

/** Directives that are the project's own and that a running server can be told. Holds no secret. */
export function liveOwnDirectives(node: NodeModel): Record<string, string> {
    return {
        "protected-mode": "yes",
        masteruser: "replication",
        "replica-announce-ip": node.announce.host,
        "replica-announce-port": String(node.announce.port),
    };
}

/** The project's own directives of a node, as lines of redis.conf. */
export function ownDirectives(model: Model, node: NodeModel, replicationPassword: string): string[][] {
    const bind = model.network.mode === "bridge" ? ["*", "-::*"] : [...new Set([node.reach.host, "127.0.0.1"])];
    return [
        ["port", String(node.port)],
        ["bind", ...bind],
        ["dir", dataFolder],
        ["aclfile", `${declaredFolder}/users.acl`],
        ["masterauth", replicationPassword],
        ...Object.entries(liveOwnDirectives(node)),
    ];
}
