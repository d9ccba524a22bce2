import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { isUnrestricted } from "../redis/acl";
import { usualAdministrators } from "../redis/judge";

interface Parameters {
    administrators: string[];
}

/** An application user who is an administrator in all but name. */
export const unrestrictedUser = nodePolicy<Parameters>({
    name: "redis-acl-unrestricted",
    description: "Only the administrator may have every command on every key.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("ACL", "When ACLs are useful"),
    area: "access",
    needs: ["node"],
    reason: "An application with `~* +@all` can do everything an administrator can, ACL SETUSER and SHUTDOWN included.",
    remediation:
        "Leave `+@all ~*` to the administrator; give others `-@admin -@dangerous` or the commands and keys that they use.",
    parameters: {
        administrators: {
            type: "array",
            items: { type: "string" },
            default: usualAdministrators,
            description: "ACL users that may do everything.",
        },
    },
    *check(node, { administrators }) {
        const names = administrators.map((name) => name.toLowerCase());
        for (const user of node.users) {
            // A default user that no ACL speaks of is judged by its commands.
            const declared =
                node.settings.value("aclfile") !== undefined ||
                node.settings.all("user").some(({ values }) => values[0] === user.name);
            if (declared && user.enabled && isUnrestricted(user) && !names.includes(user.name.toLowerCase())) {
                yield {
                    setting: `user ${user.name}`,
                    problem: "the user may run every command on every key, as only an administrator should",
                    fix: "Write `-@admin -@dangerous` behind `+@all`, or name the commands that it uses",
                };
            }
        }
    },
});
