import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { openDefaultUser } from "../redis/judge";

/** The last lock, taken off a door without a key. */
export const protectedMode = nodePolicy({
    name: "redis-protected-mode",
    description: "`protected-mode no` must not stand without a password.",
    level: "mandatory",
    severity: "critical",
    ...redisDocumentation("Redis security", "Protected mode"),
    area: "network",
    needs: ["node"],
    reason: "Protected mode is what keeps a server without a password from answering other machines.",
    remediation: "Set a password or an ACL first; then `protected-mode` makes no difference. Else leave it `yes`.",
    *check(node) {
        if (node.settings.value("protected-mode")?.toLowerCase() === "no" && openDefaultUser(node) !== undefined) {
            yield {
                setting: "protected-mode",
                problem: "it is `no` and no password is set, so the server answers every machine that reaches it",
                fix: "Set a password, or write `protected-mode yes`",
            };
        }
    },
});
