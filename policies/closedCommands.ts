/** Commands that are closed to applications. */

import type { Finding } from "./finding";
import type { CataloguedPolicy, Description } from "./policy";
import { nodePolicy } from "./pulumi/stackPolicy";
import { mayRun, type User } from "./redis/acl";
import { closingRules, harmfulOf } from "./redis/commands";
import { applicationUsers, inWords, lacks, renamedCommands, usualAdministrators } from "./redis/judge";
import type { RedisNode } from "./redis/stack";

interface Parameters {
    commands: string[];
    administrators: string[];
}

/** Makes a policy that closes commands to applications. */
export function closedCommands(
    description: Omit<Description<Parameters>, "area" | "parameters">,
    commands: string[],
): CataloguedPolicy {
    return nodePolicy<Parameters>({
        ...description,
        area: "access",
        needs: ["server"],
        parameters: {
            commands: {
                type: "array",
                items: { type: "string" },
                default: commands,
                description: "The commands that are closed to applications, also as `COMMAND|SUBCOMMAND`.",
            },
            administrators: {
                type: "array",
                items: { type: "string" },
                default: usualAdministrators,
                description: "ACL users that are no applications.",
            },
        },
        check: openCommands,
    });
}

/** A finding for each application user who may run some of the commands. */
function* openCommands(node: RedisNode, { commands, administrators }: Parameters): Iterable<Finding> {
    if (node.kind !== "server") {
        return;
    }
    const renamed = renamedCommands(node);
    for (const user of applicationUsers(node, administrators)) {
        // A user made by a setting that cannot be seen may be closed there; so may a command be renamed there.
        const isDeclared =
            user.source.endsWith(".acl") ||
            node.settings.value("aclfile") !== undefined ||
            node.settings.all("user").length > 0;
        if (!isDeclared && !lacks(node, "aclfile", "user")) {
            continue;
        }
        if (!node.settings.complete && !renamed.size && !isDeclared) {
            continue;
        }
        const open = commands
            .map((command) => command.toLowerCase())
            .filter((command) => isOpen(user, command) && !renamed.has(command.replace(/\|.*/, "")));
        if (open.length > 0) {
            const rules = open.map(closingRules).join(" ");
            yield {
                setting: `user ${user.name}`,
                problem: `${inWords(open.map((command) => command.toUpperCase()))} ${open.length > 1 ? "are" : "is"} open to applications`,
                fix: isDeclared
                    ? `Write \`${rules}\` at the end of the user's rules`
                    : `Set \`aclfile\`, in it \`user default on #<sha256 of the password> ~* &* +@all ${rules}\``,
            };
        }
    }
}

/** Whether a user may run a command, as far as that does harm. */
function isOpen(user: User, command: string): boolean {
    return harmfulOf(command).some((harmful) => mayRun(user, harmful));
}
