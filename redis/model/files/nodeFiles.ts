import type { Passwords } from "../../acl/passwords";
import { aclUsers } from "../../acl/users";
import { toArguments } from "../../settings/settings";
import { type Model, type NodeModel, nodeOf } from "../model";
import { sentinelFiles } from "../sentinel/files";
import { renderAclFile } from "./aclFile";
import { renderFileNames } from "./keptData";
import { ownDirectives } from "./ownDirectives";
import { renderRedisConf } from "./redisConf";
import { renderReplicaOf } from "./replicaOf";
import { declaredFolder, startScriptOf } from "./startScript";

/** A file that a node's files carrier brings to its server. */
export interface NodeFile {
    path: string;
    content: string;
    /** Octal. Redis runs as a user of its own, and only containers of this node mount the volume. */
    mode: string;
}

/** Everything below {@link declaredFolder} on one node. Contents hold secrets. */
export function nodeFiles(model: Model, node: NodeModel, passwords: Passwords): NodeFile[] {
    if (node.kind === "sentinel") return sentinelFiles(model, node, passwords).map(file);
    const { replication = "", health = "" } = passwords;
    const directives = [
        ...ownDirectives(model, node, replication),
        ...Object.entries(node.settings).flatMap(([name, value]) => toArguments(name, value)),
    ];
    const parent = node.replicaOf && nodeOf(model, node.replicaOf).announce;
    // A file that may be absent is always there instead, since carriers add files to a volume and take none away.
    const replicaof = parent ? renderReplicaOf(parent) : "\n";
    return [
        { name: "redis.conf", content: renderRedisConf(directives) },
        { name: "users.acl", content: renderAclFile(aclUsers(model, passwords)) },
        { name: "replicaof", content: replicaof },
        { name: "health-password", content: health },
        { name: "file-names", content: renderFileNames(node.settings) },
        { name: "start", content: startScriptOf(model.topology) },
    ].map(file);
}

function file({ name, content }: { name: string; content: string }): NodeFile {
    return { path: `${declaredFolder}/${name}`, content, mode: "0444" };
}
