import { type OwnUser, ownUsersOf } from "../declaration/ownUsers";
import type { Model } from "../model/model";
import { declaredHashes, type Passwords } from "./passwords";
import type { AclUser } from "./rules";
import { sentinelOnServers } from "./sentinelUsers";

/**
 * What the deployment's own users may do. A replica's link needs no more than PSYNC and REPLCONF; health checks no more
 * than PING (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/). In a cluster a master that comes
 * back without its data asks its replicas as `health` whether one has taken its place, and how many keys they have.
 */
const ownAccess: Record<Exclude<OwnUser, "discovery">, Pick<AclUser, "keys" | "channels" | "commands">> = {
    administrator: { keys: ["*"], channels: ["*"], commands: "+@all" },
    replication: { keys: [], channels: [], commands: "-@all +psync +replconf +ping" },
    health: { keys: [], channels: [], commands: "-@all +ping" },
    sentinel: sentinelOnServers,
};

/** The users as whom applications sign in: the declared ones, and `discovery`, who asks Sentinels for the master. */
export function clientUsers(model: Model): string[] {
    return [...model.users.map(({ name }) => name), ...(model.topology === "sentinel" ? ["discovery"] : [])];
}

/** Every user that a server of this deployment has. `default` is off unless it is declared. */
export function aclUsers(model: Model, passwords: Passwords): AclUser[] {
    const declared = model.users.map((user) => ({ ...user, ...enabled(user.name, passwords) }));
    const names = ownUsersOf(model.topology).filter((name) => name !== "discovery");
    const own = names.map((name) => {
        const access = ownAccess[name];
        const asks = name === "health" && model.topology === "cluster" ? " +role +dbsize" : "";
        return { name, ...access, commands: access.commands + asks, ...enabled(name, passwords) };
    });
    const off: AclUser[] = model.users.some(({ name }) => name === "default")
        ? []
        : [{ name: "default", enabled: false, passwordHashes: [], keys: [], channels: [], commands: "-@all" }];
    return [...off, ...declared, ...own];
}

function enabled(name: string, passwords: Passwords): Pick<AclUser, "enabled" | "passwordHashes"> {
    return { enabled: true, passwordHashes: declaredHashes(passwords, name) };
}
