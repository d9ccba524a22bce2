import { liveSettings, needsRestart, toConfigSet } from "../../settings/settings";
import { busOffset } from "../cluster/addresses";
import type { Model, NodeModel } from "../model";
import { bindAddresses } from "./bind";
import { dataFolder, declaredFolder } from "./startScript";

/** Directives that are the project's own and that a running server can be told. Holds no secret. */
export function liveOwnDirectives(model: Model, node: NodeModel): Record<string, string> {
    const { host, port } = node.announce;
    const everywhere = {
        "protected-mode": "yes",
        masteruser: "replication",
        "replica-announce-ip": host,
        "replica-announce-port": String(port),
    };
    if (model.topology !== "cluster") return everywhere;
    return {
        "cluster-announce-ip": host,
        "cluster-announce-port": String(port),
        "cluster-announce-bus-port": String(port + busOffset),
        ...everywhere,
    };
}

/**
 * The directives that a running server is told, with their declared values as CONFIG SET takes them, but for those by which it
 * keeps its data.
 */
export function liveDirectives(model: Model, node: NodeModel, replicationPassword: string): Record<string, string> {
    const declared = Object.entries(node.settings).filter(([name]) => !needsRestart(name));
    return {
        ...Object.fromEntries(declared.map(([name, value]) => [name, toConfigSet(name, value)])),
        ...liveOwnDirectives(model, node),
        masterauth: replicationPassword,
    };
}

/** The names of those directives, and of all others that a running server can be told: they may have been declared before. */
export function liveDirectiveNames(model: Model, node: NodeModel): string[] {
    return [...new Set([...liveSettings, ...Object.keys(liveDirectives(model, node, ""))])];
}

/** The project's own directives of a node, as lines of redis.conf. */
export function ownDirectives(model: Model, node: NodeModel, replicationPassword: string): string[][] {
    return [
        ["port", String(node.port)],
        ["bind", ...bindAddresses(model, node)],
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
