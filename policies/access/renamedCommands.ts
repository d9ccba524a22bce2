import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { inWords, renamedCommands as renamedOf } from "../redis/judge";
import { groupsOf, type RedisNode } from "../redis/stack";

/** What Sentinel sends to the servers it watches. */
const sentinelCommands = [
    "client",
    "config",
    "exec",
    "info",
    "multi",
    "ping",
    "publish",
    "role",
    "script",
    "slaveof",
    "subscribe",
];
/** What replicas and cluster nodes send to each other, and clients to a cluster. */
const replicationCommands = ["psync", "replconf", "auth", "ping"];

/** Renamed commands break those who rely on their names, silently. */
export const renamedCommands = stackPolicy({
    name: "redis-renamed-commands",
    description: "`rename-command` must leave Sentinel and replication their commands and be the same on all nodes.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("Redis security", "Disallowing specific commands"),
    area: "access",
    needs: ["server"],
    reason:
        "With CONFIG or SLAVEOF renamed, `SENTINEL FAILOVER` answers OK and nothing is ever promoted. A write command renamed on " +
        "one node only makes replicas differ from their master without an error, and an append-only file written under one name " +
        "does not load under another.",
    remediation:
        "Use ACL rules instead (`-keys -flushall`); else write the same `rename-command` lines on every node, none of them for CONFIG, SLAVEOF, CLIENT.",
    *check(stack) {
        for (const group of groupsOf(stack)) {
            const servers = group.filter(({ kind }) => kind === "server");
            const hasSentinel = group.some(({ kind }) => kind === "sentinel");
            for (const node of servers) {
                const renamed = renamedOf(node);
                const sentinelNames = sentinelRenames(group);
                const broken = [
                    ...(hasSentinel ? sentinelCommands : []).filter(
                        (command) => sentinelNames.get(command) !== renamed.get(command),
                    ),
                    ...(servers.length > 1 ? replicationCommands : []),
                    ...(node.isCluster ? ["cluster"] : []),
                ].filter((command, index, all) => renamed.has(command) && all.indexOf(command) === index);
                if (broken.length > 0) {
                    yield {
                        node,
                        setting: "rename-command",
                        problem: `${inWords(broken.map((command) => command.toUpperCase()))} ${broken.length > 1 ? "are" : "is"} renamed, on which ${hasSentinel ? "Sentinel" : "replication"} relies`,
                        fix: "Leave the line out and close the command to applications by an ACL rule",
                    };
                }
            }
            yield* differences(servers.filter(({ settings }) => settings.complete));
        }
    },
});

/** `sentinel rename-command <master> CONFIG <name>`: how Sentinels are told of a renamed command. */
function sentinelRenames(group: readonly RedisNode[]): Map<string, string> {
    const renames = new Map<string, string>();
    for (const { values } of group.flatMap(({ settings }) => settings.all("sentinel"))) {
        const [word, , command, name] = values;
        if (word === "rename-command" && command !== undefined && name !== undefined) {
            renames.set(command.toLowerCase(), name.toLowerCase());
        }
    }
    return renames;
}

function* differences(servers: readonly RedisNode[]) {
    const [first] = servers;
    if (first === undefined) {
        return;
    }
    for (const node of servers.slice(1)) {
        const [here, there] = [renamedOf(node), renamedOf(first)];
        const commands = [...new Set([...here.keys(), ...there.keys()])].filter(
            (command) => here.get(command) !== there.get(command),
        );
        if (commands.length > 0) {
            yield {
                node,
                setting: "rename-command",
                problem: `${inWords(commands.map((command) => command.toUpperCase()))} ${commands.length > 1 ? "are" : "is"} renamed differently from ${first.name}, with which it shares its data`,
                fix: "Write the same `rename-command` lines on every node, or none and ACL rules instead",
            };
        }
    }
}
