import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { openDefaultUser } from "../redis/judge";

/** Whoever reaches a Sentinel may move the mastership. */
export const sentinelPassword = nodePolicy({
    name: "redis-sentinel-password",
    description: "A Sentinel should ask its clients for a password.",
    level: "advisory",
    severity: "medium",
    ...redisDocumentation(
        "High availability with Redis Sentinel",
        "Configuring Sentinel instances with authentication",
    ),
    area: "access",
    needs: ["sentinel"],
    reason: "Whoever reaches a Sentinel without a password can order failovers, point it at a server of theirs, and send every client there.",
    remediation:
        "Set `requirepass` and `sentinel sentinel-pass`, or an `aclfile` with `sentinel sentinel-user`, on every Sentinel.",
    *check(node) {
        if (node.kind === "sentinel" && openDefaultUser(node) !== undefined) {
            yield {
                setting: "requirepass",
                problem: "no password is set, so whoever reaches the Sentinel may move the mastership",
                fix: "Set `requirepass` and `sentinel sentinel-pass` on every Sentinel",
            };
        }
    },
});
