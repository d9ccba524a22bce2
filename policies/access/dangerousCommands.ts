import { closedCommands } from "../closedCommands";
import { redisDocumentation } from "../frameworks";

/** One careless call stops the server or empties it. */
export const dangerousCommands = closedCommands(
    {
        name: "redis-dangerous-commands",
        description: "KEYS, FLUSHALL and FLUSHDB must be closed to applications.",
        level: "mandatory",
        severity: "high",
        ...redisDocumentation("ACL", "Command categories"),
        reason:
            "KEYS holds the server while it walks through every key; FLUSHALL and FLUSHDB delete everything, on the replicas too. " +
            "Each is one careless line in an application.",
        remediation:
            "Give applications an ACL user with `+@all -@dangerous +info` or less; keep the rest for an administrator.",
    },
    ["KEYS", "FLUSHALL", "FLUSHDB"],
);
