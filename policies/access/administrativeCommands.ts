import { closedCommands } from "../closedCommands";
import { redisDocumentation } from "../frameworks";

/** What an application that was broken into would reach for next. */
export const administrativeCommands = closedCommands(
    {
        name: "redis-administrative-commands",
        description:
            "ACL, CONFIG, DEBUG, FAILOVER, MODULE, MONITOR, REPLICAOF, SCRIPT, SHUTDOWN and SYNC should be closed to " +
            "applications.",
        level: "advisory",
        severity: "medium",
        ...redisDocumentation("ACL", "Command categories"),
        reason:
            "With CONFIG an application can write files anywhere the server may and lift every limit, with ACL give itself " +
            "everything back; MODULE loads native code, DEBUG and SHUTDOWN stop the server, SCRIPT FLUSH takes other " +
            "applications' scripts away. REPLICAOF empties a server or has it send its replication password to a stranger, " +
            "FAILOVER makes another the master; SYNC and MONITOR hand out every key and every call. Applications hardly ever " +
            "need them. SCRIPT LOAD and EXISTS, with which client libraries prepare EVALSHA, may stay open, and so may what " +
            "only reads, such as CONFIG GET.",
        remediation:
            "Give applications `+@all -@admin -@dangerous -script +script|load +script|exists` and add back what they use " +
            "(`+info`, `+config|get`).",
    },
    ["ACL", "CONFIG", "DEBUG", "FAILOVER", "MODULE", "MONITOR", "REPLICAOF", "SCRIPT", "SHUTDOWN", "SYNC"],
);
