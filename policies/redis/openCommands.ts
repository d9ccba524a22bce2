/** Finds commands that are open to applications. */

import type { Finding } from "../define";
import { mayRun } from "./acl";
import { applicationUsers, inWords, lacks, renamedCommands } from "./judge";
import type { RedisNode } from "./stack";

/** A finding for each application user who may run some of the commands. */
export function* openCommands(
    node: RedisNode,
    commands: readonly string[],
    administrators: readonly string[],
): Iterable<Finding> {
    if (node.kind !== "server") {
        return;
    }
    const renamed = renamedCommands(node);
    for (const user of applicationUsers(node, administrators)) {
        // A user made by a setting that cannot be seen may be closed there; so may a command be renamed there.
        const isCertain =
            user.source.endsWith(".acl") ||
            node.settings.value("aclfile") !== undefined ||
            node.settings.all("user").length > 0;
        if (!isCertain && !lacks(node, "aclfile", "user")) {
            continue;
        }
        if (!node.settings.complete && !renamed.size && !isCertain) {
            continue;
        }
        const open = commands.filter((command) => mayRun(user, command) && !renamed.has(command.toLowerCase()));
        if (open.length > 0) {
            const denied = open.map((command) => `-${command.toLowerCase()}`).join(" ");
            yield {
                setting: `user ${user.name}`,
                problem: `${inWords(open.map((command) => command.toUpperCase()))} ${open.length > 1 ? "are" : "is"} open to applications`,
                fix: `Write \`${denied}\` at the end of the user's rules in the ACL file`,
            };
        }
    }
}
