import { nodePolicy } from "../define";
import { usualAdministrators } from "../redis/judge";
import { openCommands } from "../redis/openCommands";

interface Parameters {
    commands: string[];
    administrators: string[];
}

/** What an application that was broken into would reach for next. */
export const administrativeCommands = nodePolicy<Parameters>({
    name: "redis-administrative-commands",
    description: "CONFIG, DEBUG, MODULE, SCRIPT and SHUTDOWN should be closed to applications.",
    level: "advisory",
    severity: "medium",
    area: "access",
    reason:
        "With CONFIG an application can write files anywhere the server may, read every password and lift every limit; MODULE " +
        "loads native code, DEBUG and SHUTDOWN stop the server. Applications hardly ever need them.",
    remediation: "Give applications `+@all -@admin -@dangerous` and add back what they use (`+info`, `+config|get`).",
    parameters: {
        commands: {
            type: "array",
            items: { type: "string" },
            default: ["CONFIG", "DEBUG", "MODULE", "SCRIPT", "SHUTDOWN"],
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
