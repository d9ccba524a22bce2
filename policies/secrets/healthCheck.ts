import { redisDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { hasNoHealthCheck, healthWords } from "../redis/healthCheck";
import { passwordFlag } from "../redis/secrets";

/** A health check is part of the container's description. */
export const healthCheckSecret = containerPolicy({
    name: "redis-secret-in-health-check",
    description: "No password may stand in a health check.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("Redis CLI"),
    area: "secrets",
    reason: "The health check shows in `docker inspect`, and in the host's process list every few seconds.",
    remediation:
        'Read it from a file: `REDISCLI_AUTH="$(cat /etc/redis/health-password)" redis-cli -e ping`, as an ACL user who may only PING.',
    notApplicable: (container) => (hasNoHealthCheck(container) ? "The container has no health check." : undefined),
    *check(container) {
        const flag = passwordFlag(healthWords(container) ?? []);
        if (flag !== undefined) {
            yield {
                setting: "healthcheck",
                problem: `a password stands behind ${flag}, where \`docker inspect\` and the process list show it`,
                fix: 'Read it from a file: `REDISCLI_AUTH="$(cat FILE)" redis-cli -e ping`',
            };
        }
    },
});
