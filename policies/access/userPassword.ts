import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { mayOnlyPing } from "../redis/acl";

/** A user without a password is an open door with a name on it. */
export const userPassword = nodePolicy({
    name: "redis-acl-password",
    description: "An ACL user must have a password, unless it may only PING.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("ACL", "ACL rules"),
    area: "access",
    needs: ["node"],
    reason: "A user with `nopass` accepts every password: its name, which is no secret, is all that is needed.",
    remediation:
        "Write `#<sha256 of the password>` instead of `nopass`, or `off`. A health check's user may keep `nopass` with `-@all +ping`.",
    *check(node) {
        // The default user has a policy of its own.
        for (const user of node.users.filter(({ name }) => name !== "default")) {
            if (user.enabled && user.nopass && !mayOnlyPing(user)) {
                yield {
                    setting: `user ${user.name}`,
                    problem: "the user is on, needs no password and may do more than PING",
                    fix: "Write `#<sha256 of the password>` instead of `nopass`",
                };
            }
        }
    },
});
