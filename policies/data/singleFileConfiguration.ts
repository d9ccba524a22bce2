import { posix } from "node:path";
import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { UNKNOWN } from "../redis/plain";
import { groupsOf, type RedisNode } from "../redis/stack";

/** Redis replaces its file by renaming, which a mount point refuses. */
export const singleFileConfiguration = stackPolicy({
    name: "redis-single-file-configuration",
    description:
        "A configuration that Redis rewrites must lie in a mounted folder, not be mounted as one file or read-only.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("High availability with Redis Sentinel", "Running Sentinel"),
    area: "data",
    needs: ["sentinel"],
    reason:
        "A Sentinel writes its file at every change and exits when it cannot; at every failover it has its servers write theirs. " +
        "They write a new file and rename it, which fails on a file that is itself a mount, and on a read-only one.",
    remediation:
        "Mount a folder that Redis may write and keep the file in it; bring the declared part in by `include` from a read-only place.",
    *check(stack) {
        for (const group of groupsOf(stack)) {
            const hasSentinel = group.some(({ kind }) => kind === "sentinel");
            for (const node of group.filter(({ kind }) => kind === "sentinel" || hasSentinel)) {
                const problem = obstacle(node);
                if (problem !== undefined) {
                    yield {
                        node,
                        setting: node.configuration.file ?? "configuration file",
                        problem: `${problem}, and ${node.kind === "sentinel" ? "a Sentinel exits when it cannot write it" : "Sentinel has the server rewrite it at every failover"}`,
                        fix: "Mount a writable folder and keep the file in it",
                    };
                }
            }
        }
    },
});

function obstacle({ container, configuration }: RedisNode): string | undefined {
    const { file } = configuration;
    if (file === undefined || container.mounts === UNKNOWN) {
        return undefined;
    }
    const path = posix.normalize(file);
    const exact = container.mounts.find(({ target }) => typeof target === "string" && posix.normalize(target) === path);
    if (exact !== undefined) {
        return "the file is itself a mount and cannot be replaced";
    }
    const folder = container.mounts
        .filter(
            ({ target }) =>
                typeof target === "string" && path.startsWith(`${posix.normalize(target).replace(/\/$/, "")}/`),
        )
        .sort((one, other) => String(other.target).length - String(one.target).length)[0];
    return folder?.readOnly === true ? "its folder is mounted read-only" : undefined;
}
