import { dockerDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { variablesOf } from "../redis/container";
import { hasPasswordUrl, namesPassword, textHasPassword } from "../redis/secrets";

/** Every process of the container inherits it, and Docker shows it. */
export const environmentSecret = containerPolicy({
    name: "redis-secret-in-environment",
    description: "No password may stand in a container's environment.",
    level: "mandatory",
    severity: "medium",
    ...dockerDocumentation("How to use secrets in Docker Compose"),
    area: "secrets",
    reason: "The environment shows in `docker inspect`, is inherited by every process of the container, and ends up in crash reports and logs.",
    remediation: "Use a file: `aclfile` or a configuration file by `uploads`, or Bitnami's REDIS_PASSWORD_FILE.",
    *check(container) {
        for (const { name, value } of variablesOf(container)) {
            if (
                value !== "" &&
                (namesPassword(name) ||
                    hasPasswordUrl(value) ||
                    (/(?:EXTRA_FLAGS|_ARGS)$/.test(name) && textHasPassword(value)))
            ) {
                yield {
                    setting: `envs: ${name}`,
                    problem: "the variable holds a password, which `docker inspect` shows",
                    fix:
                        namesPassword(name) && /^(?:REDIS|VALKEY)_/.test(name)
                            ? `Give a file instead, by ${name}_FILE (Bitnami) or in a configuration file brought by \`uploads\``
                            : "Put it into a file brought by `uploads`",
                };
            }
        }
    },
});
