import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { openDefaultUser } from "../redis/judge";

/** Everyone who reaches the port may read, change and delete everything. */
export const passwordRequired = nodePolicy({
    name: "redis-password-required",
    description: "A Redis or Valkey server must ask its clients for a password.",
    level: "mandatory",
    severity: "critical",
    ...redisDocumentation("Redis security", "Authentication"),
    area: "access",
    needs: ["server"],
    reason:
        "Without `requirepass` or an ACL, everyone who reaches the port may read, change and delete everything, and take over " +
        "the container by CONFIG SET or MODULE LOAD. The official images also turn `protected-mode` off.",
    remediation:
        "Bring an ACL file (`aclfile`) in which `user default` has a password as `#<sha256>` or is `off`, or set `requirepass` " +
        "in a configuration file brought by `uploads`.",
    *check(node) {
        const user = node.kind === "server" ? openDefaultUser(node) : undefined;
        if (user === undefined) {
            return;
        }
        if (node.configuration.allowsEmptyPassword) {
            yield {
                setting: "ALLOW_EMPTY_PASSWORD",
                problem: "the variable lets everyone in without a password",
                fix: "Leave it out and give the password in a file, by REDIS_PASSWORD_FILE",
            };
        } else if (user.source === "defaults") {
            yield {
                setting: "requirepass",
                problem: "no password and no ACL is set, so everyone who reaches the port may do everything",
                fix: "Set `aclfile` with a `user default on #<sha256 of the password> ...` line, or `requirepass` in a configuration file",
            };
        } else {
            yield {
                setting: user.source.endsWith(".acl") ? `user default in ${user.source}` : "user default",
                problem: "the default user needs no password, so everyone who reaches the port is let in",
                fix: "Write `user default on #<sha256 of the password> ...`, or `user default off`",
            };
        }
    },
});
