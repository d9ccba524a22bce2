import { isIP } from "node:net";
import type { Passwords } from "../../acl/passwords";
import { sentinelUsers } from "../../acl/sentinelUsers";
import { renderAclFile } from "../files/aclFile";
import { bindAddresses } from "../files/bind";
import { renderRedisConf } from "../files/redisConf";
import { sentinelStartScript } from "../files/sentinelStartScript";
import { dataFolder, declaredFolder } from "../files/startScript";
import { allNodes, type Model, type NodeModel } from "../model";

/** Everything below {@link declaredFolder} on one Sentinel, by file name. Contents hold secrets. */
export function sentinelFiles(
    model: Model,
    node: NodeModel,
    passwords: Passwords,
): { name: string; content: string }[] {
    const { sentinel = "", health = "" } = passwords;
    const named = allNodes(model).some(({ announce }) => !isIP(announce.host));
    const conf = renderRedisConf([
        ["port", String(node.port)],
        ["bind", ...bindAddresses(model, node)],
        ["protected-mode", "no"],
        ["dir", dataFolder],
        ["aclfile", `${declaredFolder}/users.acl`],
        // Also where none is declared: what is kept may hold one, and Sentinel would not start.
        ["sentinel", "resolve-hostnames", "yes"],
        ...(named ? [["sentinel", "announce-hostnames", "yes"]] : []),
        ["sentinel", "announce-ip", node.announce.host],
        ["sentinel", "announce-port", String(node.announce.port)],
        ["sentinel", "sentinel-user", "sentinel"],
        ["sentinel", "sentinel-pass", sentinel],
    ]);
    return [
        { name: "sentinel.conf", content: conf },
        { name: "users.acl", content: renderAclFile(sentinelUsers(passwords)) },
        { name: "health-password", content: health },
        { name: "start", content: sentinelStartScript },
    ];
}
