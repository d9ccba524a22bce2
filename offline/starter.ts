/** The variable that names the folder with the ports at which plugins are offered. */
export const offers = "REDIS_ON_DOCKER_PLUGINS";

/**
 * What the CLI starts for a plugin. Where the process that drives the CLI offers to serve it, it takes one of the ports that
 * are offered, by removing its file, and tells the CLI; it ends with the CLI. Otherwise it is the plugin itself.
 */
export function starter(name: string): string {
    return [
        "#!/bin/sh",
        `for offer in "$${offers}/${name}"-*; do`,
        `    [ -n "$${offers}" ] && rm "$offer" 2> /dev/null || continue`,
        `    echo "\${offer##*-}"`,
        "    exec cat > /dev/null",
        "done",
        'exec node "$(dirname "$0")/plugin.js" "$@"',
        "",
    ].join("\n");
}
