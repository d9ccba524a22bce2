/** Questions that several policies ask about a node. */

import { mayOnlyPing, type User } from "./acl";
import { administrator } from "./ownComponents";
import type { RedisNode } from "./stack";

/**
 * Whether a setting is certainly not made. A setting that may stand where it cannot be seen is not lacking; neither is one
 * that a start script speaks of.
 */
export function lacks(node: RedisNode, ...names: string[]): boolean {
    const { settings, configuration } = node;
    return (
        settings.complete &&
        names.every(
            (name) =>
                settings.last(name) === undefined &&
                (configuration.script === undefined || !new RegExp(`\\b${name}\\b`, "i").test(configuration.script)),
        )
    );
}

/** The default user where it lets everyone in without a password, and this is certain. */
export function openDefaultUser(node: RedisNode): User | undefined {
    const user = node.users.find(({ name }) => name === "default");
    if (user === undefined || !user.enabled || !user.nopass || mayOnlyPing(user)) {
        return undefined;
    }
    // Born open, unless something unseen closes it.
    const isBorn = user.source === "defaults";
    return isBorn && !lacks(node, "requirepass", "aclfile", "user") ? undefined : user;
}

/** Whether a client needs a password, as far as it can be seen. */
export function needsPassword(node: RedisNode): boolean {
    const user = node.users.find(({ name }) => name === "default");
    return user !== undefined && !(user.enabled && user.nopass) && node.usersComplete;
}

/** Commands that `rename-command` takes away or hides, in lower case. */
export function renamedCommands(node: RedisNode): Map<string, string> {
    const renamed = new Map<string, string>();
    for (const { values } of node.settings.all("rename-command")) {
        const [command, to] = values;
        if (command !== undefined) {
            renamed.set(command.toLowerCase(), (to ?? "").toLowerCase());
        }
    }
    return renamed;
}

/** Users whom applications can use: those who are on, without the deployment's administrators. */
export function applicationUsers(node: RedisNode, administrators: readonly string[]): User[] {
    const names = new Set(administrators.map((name) => name.toLowerCase()));
    return node.users.filter((user) => user.enabled && !names.has(user.name.toLowerCase()));
}

/** Names that stand for whoever administers, unless a policy is told others. */
export const usualAdministrators: string[] = [administrator, "admin", "root", "operator"];

/** Whether a server writes nothing to disk, and this is certain. */
export function isVolatile(node: RedisNode): boolean {
    const { settings } = node;
    const saves = settings.all("save");
    const noSnapshots = saves.length > 0 && saves.at(-1)?.values.join("") === "";
    return noSnapshots && settings.complete && !settings.isOn("appendonly", false);
}

/** Whether some part of a node's configuration says who replicates it, or it replicates another. */
export function replicasOf(nodes: readonly RedisNode[], master: RedisNode): RedisNode[] {
    return nodes.filter((node) => node.master === master);
}

/** A list in words: `a, b and c`. */
export function inWords(items: readonly string[], conjunction = "and"): string {
    return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${conjunction} ${items.at(-1)}`;
}
