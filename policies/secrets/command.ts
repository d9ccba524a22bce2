import { redisDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { UNKNOWN } from "../redis/plain";
import { passwordFlag } from "../redis/secrets";
import { shellCommands } from "../redis/shell";

/** Whoever may list processes or containers reads it. */
export const commandSecret = containerPolicy({
    name: "redis-secret-in-command",
    description:
        "No password may stand in a container's command or entrypoint, or in the text of a command that calls redis-cli.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("Redis CLI"),
    area: "secrets",
    reason: "A command shows in `docker inspect`, `docker ps --no-trunc` and the host's process list, to everyone who may look there.",
    remediation: "Put `requirepass`, `masterauth` or the ACL users into files brought by `uploads`, as Pulumi secrets.",
    *check({ entrypoint, command }) {
        for (const [setting, words] of [
            ["entrypoints", entrypoint],
            ["command", command],
        ] as const) {
            const flag = words === UNKNOWN ? undefined : passwordFlag(words);
            if (flag !== undefined) {
                yield {
                    setting,
                    problem: `a password stands behind ${flag}, where \`docker inspect\` and the process list show it`,
                    fix: "Put it into a configuration or ACL file brought by `uploads`",
                };
            }
        }
    },
    *checkShellText(text) {
        const flag = /\b(?:redis|valkey)-cli\b/.test(text) ? passwordFlag(shellCommands(text).flat()) : undefined;
        if (flag !== undefined) {
            yield {
                setting: "create",
                problem: `a password stands behind ${flag}, where the process list and Pulumi's state show it`,
                fix: "Hand it over as REDISCLI_AUTH in the command's `environment`, as a Pulumi secret",
            };
        }
    },
});
