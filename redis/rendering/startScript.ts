import { quarantine, renderReplicaOf } from "./replicaOf";

export { quarantine } from "./replicaOf";

/** Where the declared files are mounted, read-only. */
export const declaredFolder = "/etc/redis";
/** The data volume. */
export const dataFolder = "/data";
/** The file that the server is started with and that CONFIG REWRITE writes. */
export const mainFile = `${dataFolder}/redis.conf`;

/**
 * What a server's container runs, as `sh /etc/redis/start`; POSIX sh with grep, tail, find, mv.
 *
 * The main file is built anew at each start, since what CONFIG REWRITE added to it would win over a later change of the
 * declared file. Only one line belongs to Redis and survives: `replicaof`, which a failover changes.
 *
 * A server that would be a master and finds no data file is quarantined: an empty master would empty its replicas. So is
 * a replica on its very first start, since replicas that come up together would all synchronise at once. The convergence
 * releases the one, and attaches the others in turn.
 */
export const startScript = `#!/bin/sh
set -eu
umask 0077

main=${mainFile}
declared=${declaredFolder}/redis.conf
line=
data=$(find ${dataFolder} \\( -name "*.rdb" ! -name "temp-*" \\) -o -name "*.aof" 2>/dev/null | head -n 1) || true

# A main file without its include was cut short: the declaration counts. On a first start there is neither.
if grep -q "^include " "$main" 2>/dev/null; then
    line=$(grep -i "^replicaof " "$main" | tail -n 1) || true
elif [ -e "$main" ] || [ -n "$data" ]; then
    line=$(cat ${declaredFolder}/replicaof)
fi

if [ -z "$line" ] && [ -z "$data" ]; then
    echo "No data found: quarantined, as a replica of nowhere, until the deployment converges."
    line="${renderReplicaOf(quarantine).trim()}"
fi

printf 'include %s\\n%s\\n' "$declared" "$line" > "$main.new"
mv "$main.new" "$main"

if command -v redis-server >/dev/null; then
    exec redis-server "$main"
fi
exec valkey-server "$main"
`;
