import { dockerDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { dataFolder } from "../redis/dataFolder";
import { mountOf } from "../redis/files";
import { isVolatile } from "../redis/judge";
import { known } from "../redis/plain";

/** One wrong line in a program deletes a volume without asking. */
export const volumeProtected = stackPolicy({
    name: "redis-volume-protected",
    description: "A volume with data should be protected from deletion.",
    level: "disabled",
    severity: "high",
    ...dockerDocumentation("Volumes", "Remove volumes"),
    area: "data",
    needs: ["server"],
    reason: "A volume that is renamed, moved in the program or destroyed with the stack is deleted with its data. Policies see `protect`; they do not see `retainOnDelete`.",
    remediation:
        "Write `{ protect: true }` among the volume's options. Where `retainOnDelete` is used instead, leave this policy disabled.",
    *check(stack) {
        for (const node of stack.nodes) {
            const folder = node.kind === "server" && !isVolatile(node) ? dataFolder(node) : undefined;
            const mount = folder === undefined ? undefined : mountOf(node.container, folder);
            const volume =
                mount?.kind === "volume" && known(mount.source)
                    ? stack.volumes.find(({ name, host }) => name === mount.source && host === node.host)
                    : undefined;
            if (volume !== undefined && !volume.isProtected) {
                yield {
                    node: { name: node.name, urn: volume.urn },
                    setting: `volume ${volume.name}`,
                    problem: `${folder} is on a volume that a change in the program may delete`,
                    fix: "Write `{ protect: true }` among the volume's options",
                };
            }
        }
    },
});
