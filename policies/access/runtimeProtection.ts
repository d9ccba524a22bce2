import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";

interface Parameters {
    allowLocal: boolean;
}

const protections = ["enable-debug-command", "enable-module-command", "enable-protected-configs"];

/** The three locks that Redis 7 put on by default. */
export const runtimeProtection = nodePolicy<Parameters>({
    name: "redis-runtime-protection",
    description: "DEBUG, MODULE and protected settings must stay locked.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("Redis security", "Code security"),
    area: "access",
    needs: ["node"],
    reason:
        "`enable-debug-command`, `enable-module-command` and `enable-protected-configs` are `no` since Redis 7: with `yes` whoever " +
        "may connect can crash the server, load native code, or write the database file wherever the server may write.",
    remediation: "Leave the three settings out, or write `no`.",
    parameters: {
        allowLocal: {
            type: "boolean",
            default: true,
            description: "Whether `local` (connections from the same machine only) is accepted.",
        },
    },
    *check({ settings }, { allowLocal }) {
        for (const name of protections) {
            const value = settings.value(name)?.toLowerCase();
            if (value === "yes" || (value === "local" && !allowLocal)) {
                yield {
                    setting: name,
                    problem: `the setting is \`${value}\`, which unlocks what no application needs`,
                    fix: `Leave it out, or write \`${name} no\``,
                };
            }
        }
    },
});
