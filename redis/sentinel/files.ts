import { isIP } from "node:net";
import type { Model, NodeModel } from "../model";
import { renderAclFile } from "../rendering/aclFile";
import { renderRedisConf } from "../rendering/redisConf";
import { dataFolder, declaredFolder } from "../rendering/startScript";
import type { Passwords } from "../users";
import { sentinelUsers } from "./users";

/**
 * What a Sentinel's container runs, as `sh /etc/redis/start`. The file that Sentinel is started with belongs to Sentinel:
 * what it knows of masters, replicas and other Sentinels, and its own id, survives; what is declared is laid over it at
 * each start, and so is the password for the servers, which may be newer than that file. Which master to watch it is told
 * by the convergence.
 */
export const sentinelStartScript = `#!/bin/sh
set -eu
umask 0077

main=${dataFolder}/sentinel.conf
declared=${declaredFolder}/sentinel.conf

# A Sentinel signs in to servers as it does to other Sentinels. Only the shell itself handles the password.
password=$(grep "^sentinel sentinel-pass " "$declared")
password=\${password#sentinel sentinel-pass }
{
    cat "$declared"
    grep "^sentinel " "$main" 2>/dev/null | grep -Ev "^sentinel (announce-|resolve-hostnames|sentinel-)" |
        while IFS= read -r line; do
            case $line in
            "sentinel auth-pass "*)
                name=\${line#sentinel auth-pass }
                line="sentinel auth-pass \${name%% *} $password"
                ;;
            esac
            printf '%s\\n' "$line"
        done
} > "$main.new"
mv "$main.new" "$main"

if command -v redis-server >/dev/null; then
    exec redis-server "$main" --sentinel
fi
exec valkey-server "$main" --sentinel
`;

/** Everything below {@link declaredFolder} on one Sentinel, by file name. Contents hold secrets. */
export function sentinelFiles(
    model: Model,
    node: NodeModel,
    passwords: Passwords,
): { name: string; content: string }[] {
    const { sentinel = "", health = "" } = passwords;
    const bind = model.network.mode === "bridge" ? ["*", "-::*"] : [...new Set([node.reach.host, "127.0.0.1"])];
    const named = [...model.nodes, ...(model.sentinels ?? [])].some(({ announce }) => !isIP(announce.host));
    const conf = renderRedisConf([
        ["port", String(node.port)],
        ["bind", ...bind],
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
