import { declaredHashes, type Passwords } from "./passwords";
import type { AclUser } from "./rules";

type Access = Pick<AclUser, "keys" | "channels" | "commands">;
const hello = "__sentinel__:hello";

/**
 * What Sentinels may do on servers: watch them, tell each other through them, and change whom they follow
 * (https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/, "Redis Access Control List authentication").
 */
export const sentinelOnServers: Access = {
    keys: [],
    channels: [hello],
    commands:
        "-@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill",
};

/** Who may do what on a Sentinel: the deployment, other Sentinels, health checks, and clients that look for the master. */
const onSentinels: Record<string, Access> = {
    administrator: { keys: ["*"], channels: ["*"], commands: "+@all" },
    sentinel: {
        keys: [],
        channels: [hello],
        commands: "-@all +ping +publish +client|setname +sentinel|is-master-down-by-addr",
    },
    health: { keys: [], channels: [], commands: "-@all +ping" },
    discovery: {
        keys: [],
        channels: ["*"],
        commands:
            "-@all +@pubsub -publish +ping +info +role +client|setname +client|getname +client|id +sentinel|get-master-addr-by-name +sentinel|masters +sentinel|master +sentinel|replicas +sentinel|slaves +sentinel|sentinels +sentinel|ckquorum +sentinel|myid",
    },
};

/** Those that were worked out: every look at a Sentinel asks for them, and hashing takes longest. */
const known = new WeakMap<Passwords, AclUser[]>();

/** Every user of a Sentinel. `default` is off. */
export function sentinelUsers(passwords: Passwords): AclUser[] {
    const users = known.get(passwords) ?? usersOf(passwords);
    known.set(passwords, users);
    return users;
}

function usersOf(passwords: Passwords): AclUser[] {
    const users = Object.entries(onSentinels).map(([name, access]) => {
        return { name, enabled: true, passwordHashes: declaredHashes(passwords, name), ...access };
    });
    const off = { name: "default", enabled: false, passwordHashes: [], keys: [], channels: [], commands: "-@all" };
    return [off, ...users];
}
