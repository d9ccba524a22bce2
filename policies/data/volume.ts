import { dockerDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { dataFolder } from "../redis/dataFolder";
import { mountOf } from "../redis/files";
import { isVolatile } from "../redis/judge";
import { UNKNOWN } from "../redis/plain";

/** An anonymous volume goes with its container. */
export const dataVolume = stackPolicy({
    name: "redis-data-volume",
    description: "The data directory must lie on a named volume or a bind mount.",
    level: "mandatory",
    severity: "high",
    ...dockerDocumentation("Volumes"),
    area: "data",
    needs: ["node"],
    reason:
        "The image keeps /data on an anonymous volume, which is deleted with the container: each change that replaces the container " +
        "(a port, a label, an upload) starts with no data, and an empty master empties its replicas.",
    remediation:
        'Mount a `docker.Volume` with a fixed name, or a folder of the host, at /data. A pure cache says so with `save ""` and `appendonly no`.',
    *check(stack) {
        for (const node of stack.nodes) {
            const { container } = node;
            if (
                container.mounts === UNKNOWN ||
                container.mounts.some(({ target, kind }) => target === UNKNOWN || kind === UNKNOWN) ||
                isVolatile(node)
            ) {
                continue;
            }
            // What cannot be seen may name another folder, or turn persistence off.
            if (!node.settings.complete) {
                continue;
            }
            // A Sentinel's state is its configuration file.
            const folder = dataFolder(node);
            const mount = folder === undefined ? undefined : mountOf(container, folder);
            if (
                node.kind === "server" &&
                folder !== undefined &&
                (mount === undefined || mount.kind === "tmpfs" || mount.source === undefined)
            ) {
                yield {
                    node,
                    setting: "volumes",
                    problem: `${folder} ${mount === undefined ? "is on no volume of yours" : mount.kind === "tmpfs" ? "is in memory" : "is on an anonymous volume"}, so the data goes with the container`,
                    fix: `Mount a named \`docker.Volume\` or a folder of the host at ${folder}`,
                };
            }
        }
    },
});
