import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";

/** What cannot be seen cannot be judged. */
export const configurationVisible = nodePolicy({
    name: "redis-configuration-visible",
    description: "The configuration should be part of the program, so that it can be judged.",
    level: "advisory",
    severity: "low",
    ...redisDocumentation("Redis configuration"),
    area: "data",
    needs: ["node"],
    reason: "A file that lies on another host or in the image is seen by no policy: nothing that is missing in it is reported.",
    remediation: "Bring the configuration by `uploads`, into the container or into a volume that it mounts.",
    *check(node) {
        if (!node.settings.complete) {
            yield {
                setting: node.configuration.file ?? "configuration",
                problem: "not all of the configuration can be seen here, so what is missing in it is not reported",
                fix: "Bring the file by `uploads`, into the container or into a volume that it mounts",
            };
        } else if (!node.usersComplete) {
            yield {
                setting: node.settings.value("aclfile") ?? "aclfile",
                problem: "the ACL file cannot be seen here, so its users are not judged",
                fix: "Bring the file by `uploads`, into the container or into a volume that it mounts",
            };
        }
    },
});
