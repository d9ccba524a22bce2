import { dataFolder, declaredFolder } from "./folders";

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
