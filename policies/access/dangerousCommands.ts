import { nodePolicy } from "../define";
import { usualAdministrators } from "../redis/judge";
import { openCommands } from "../redis/openCommands";

interface Parameters {
    commands: string[];
    administrators: string[];
}

/** One careless call stops the server or empties it. */
export const dangerousCommands = nodePolicy<Parameters>({
    name: "redis-dangerous-commands",
    description: "KEYS, FLUSHALL and FLUSHDB must be closed to applications.",
    level: "mandatory",
    severity: "high",
    area: "access",
    reason:
        "KEYS holds the server while it walks through every key; FLUSHALL and FLUSHDB delete everything, on the replicas too. " +
        "Each is one careless line in an application.",
    remediation:
        "Give applications an ACL user with `+@all -keys -flushall -flushdb` or less; keep the rest for an administrator.",
    parameters: {
        commands: {
            type: "array",
            items: { type: "string" },
            default: ["KEYS", "FLUSHALL", "FLUSHDB"],
            description: "The commands that are closed to applications.",
        },
        administrators: {
            type: "array",
            items: { type: "string" },
            default: usualAdministrators,
            description: "ACL users that are no applications.",
        },
    },
    check: (node, { commands, administrators }) => openCommands(node, commands, administrators),
});
