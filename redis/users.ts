import { type AclUser, hashPassword } from "./acl";
import { type OwnUser, ownUsers } from "./arguments";
import type { Model } from "./model";

/** Passwords by user, in clear: the applications' users and the deployment's own. */
export type Passwords = Record<string, string>;

/**
 * What the deployment's own users may do. A replica's link needs no more than PSYNC and REPLCONF; health checks no more
 * than PING (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/).
 */
const ownAccess: Record<OwnUser, Pick<AclUser, "keys" | "channels" | "commands">> = {
    administrator: { keys: ["*"], channels: ["*"], commands: "+@all" },
    replication: { keys: [], channels: [], commands: "-@all +psync +replconf +ping" },
    health: { keys: [], channels: [], commands: "-@all +ping" },
};

/** Every user that a server of this deployment has. `default` is off unless it is declared. */
export function aclUsers(model: Model, passwords: Passwords): AclUser[] {
    const declared = model.users.map((user) => ({ ...user, ...enabled(user.name, passwords) }));
    const own = ownUsers.map((name) => ({ name, ...ownAccess[name], ...enabled(name, passwords) }));
    const off: AclUser[] = model.users.some(({ name }) => name === "default")
        ? []
        : [{ name: "default", enabled: false, passwordHashes: [], keys: [], channels: [], commands: "-@all" }];
    return [...off, ...declared, ...own];
}

function enabled(name: string, passwords: Passwords): Pick<AclUser, "enabled" | "passwordHashes"> {
    const password = passwords[name];
    if (!password) throw new Error(`the user ${name} has no password`);
    return { enabled: true, passwordHashes: [hashPassword(password)] };
}
