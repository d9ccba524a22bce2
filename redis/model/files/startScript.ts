import type { Topology } from "../../declaration/arguments";
import { dataFolder, declaredFolder, mainFile } from "./folders";
import { findData } from "./keptData";
import { quarantine, renderReplicaOf } from "./replicaOf";

export { dataFolder, declaredFolder, mainFile } from "./folders";
export { quarantine } from "./replicaOf";

/** How a server's container starts it, whose text is {@link declaredFolder}`/start`. */
export function startScriptOf(topology: Topology): string {
    return topology === "cluster" ? clusterStartScript : startScript;
}

/** Seconds for which a newcomer to a cluster gives nobody its data: until the deployment converges. */
const newcomerGuard = 86_400;

/** What an election takes at most on a busy machine, in seconds, once the others have given a master up. */
const electionSeconds = 5;

const run = `if command -v redis-server >/dev/null; then
    exec redis-server "$main"
fi
exec valkey-server "$main"
`;

/**
 * What the container of a cluster's node runs. Redis keeps what belongs to it in nodes.conf; the main file is built anew
 * at each start.
 *
 * A master without slots may be a stranger to its cluster, but not harmless: the replicas of the node that had its address
 * connect to that address whoever answers there, and would take over its empty data within a second. So it
 * keeps them waiting, until the convergence has promoted one of them and sets what is declared. That it has met others
 * by then changes nothing.
 *
 * A master that finds no data but knows replicas would give them its empty data just so, and would take writes beside
 * theirs: others take it for the same master. So it stays away until one of its replicas has taken its place, which it
 * then replicates, or until all of them say that they are empty, too. Where neither comes about it comes back as a
 * stranger, without its nodes.conf: it serves nobody, and the convergence promotes the replica that has the data.
 */
export const clusterStartScript = `#!/bin/sh
set -eu
umask 0077

main=${mainFile}
declared=${declaredFolder}/redis.conf

${findData}
nodes=${dataFolder}/nodes.conf
id=$(grep "myself,master .* connected [0-9]" "$nodes" 2>/dev/null) || true
id=\${id%% *}

# Whether a node owns slots, as far as this one knows.
owns_slots() { grep -q "^$1 .*connected [0-9]" "$nodes"; }

# Where the nodes are that may replicate this one, each on a line. Of a failover a moment ago not all may have told it: the
# master before may be known as one without slots, and its replicas as that one's.
replicas() {
    while read -r node address flags master _ _ _ _ slots; do
        case "$node $flags" in
            vars* | *myself* | *noaddr* | *handshake*) continue ;;
            *slave*) if [ "$master" != "$id" ] && owns_slots "$master"; then continue; fi ;;
            *) if [ -n "$slots" ]; then continue; fi ;;
        esac
        echo "\${address%%@*}"
    done < "$nodes"
}

# Whether a replica has taken this node's place, or none has anything that could be lost.
settled() {
    something=
    for replica in $(replicas); do
        answer=$(printf 'role\\ndbsize\\n' | REDISCLI_AUTH="$(cat ${declaredFolder}/health-password)" \\
            timeout 2 redis-cli --user health -h "\${replica%:*}" -p "\${replica##*:}" 2>/dev/null) || true
        keys=$(printf '%s\\n' "$answer" | tail -n 1)
        taken=
        if grep -q " $replica@.* [^ ]*slave[^ ]* $id " "$nodes"; then taken=yes; fi
        case "\${answer%%[!a-z]*} $keys" in
            # Empty, whether it has taken the place, has lost its data, too, or never had any.
            "master 0" | "slave 0") ;;
            # The others are told at once; whoever was busy has heard of it a second later.
            "master "[1-9]*) if [ -n "$taken" ]; then sleep 1; return 0; fi; something=yes ;;
            *) something=yes ;;
        esac
    done
    [ -z "$something" ]
}

if [ -z "$data" ] && [ -n "$id" ]; then
    set_leftover_aside
    timeout=$(grep "^cluster-node-timeout " "$declared" | tail -n 1) || true
    seconds=$((2 * \${timeout#* } / 1000 + ${electionSeconds}))
    end=$(($(date +%s) + seconds))
    trap 'exit 0' TERM INT
    until settled; do
        if [ "\${told:-}" != yes ]; then
            echo "No data found, and a replica may have it: this node stays away, $seconds s at most, until that has taken its place."
            told=yes
        fi
        if [ "$(date +%s)" -ge $end ]; then
            aside "$nodes" "no replica has taken this node's place, so that it is a stranger until the deployment converges"
            break
        fi
        sleep 1
    done
    trap - TERM INT
fi

printf 'include %s\\n%s\\n' "$declared" "$kept" > "$main.new"
if ! grep -Eq "myself,(slave|master .* connected [0-9])" "$nodes" 2>/dev/null; then
    echo "This node owns no slots: nobody replicates this node until the deployment converges."
    printf 'repl-diskless-sync yes\\nrepl-diskless-sync-delay ${newcomerGuard}\\n' >> "$main.new"
fi
mv "$main.new" "$main"

${run}`;

/**
 * What a server's container runs, as `sh /etc/redis/start`; POSIX sh with cat, grep, mv, tail.
 *
 * The main file is built anew at each start, since what CONFIG REWRITE added to it would win over a later change of the
 * declared file. Two things in it belong to the server and survive: `replicaof`, which a failover changes, and how it
 * keeps its data (keptData.ts).
 *
 * A server that would be a master and finds no data is quarantined: an empty master would empty its replicas. So is
 * a replica on its very first start, since replicas that come up together would all synchronise at once. The convergence
 * releases the one, and attaches the others in turn.
 */
export const startScript = `#!/bin/sh
set -eu
umask 0077

main=${mainFile}
declared=${declaredFolder}/redis.conf
nowhere="${renderReplicaOf(quarantine).trim()}"
line=

${findData}
# A main file without its include was cut short: the declaration counts. On a first start there is neither.
if grep -q "^include " "$main" 2>/dev/null; then
    line=$(grep -i "^replicaof " "$main" | tail -n 1) || true
elif [ -e "$main" ] || [ -n "$data" ]; then
    line=$(cat ${declaredFolder}/replicaof)
fi

if [ -z "$line" ] && [ -z "$data" ]; then
    echo "No data found: quarantined, as a replica of nowhere, until the deployment converges."
    line=$nowhere
fi
# A replica goes on from what its last synchronisation left, where its master still can.
if [ "$line" = "$nowhere" ]; then set_leftover_aside; fi

printf 'include %s\\n%s\\n%s\\n' "$declared" "$kept" "$line" > "$main.new"
mv "$main.new" "$main"

${run}`;
