import type { AclUser } from "./acl";
import { hashPassword } from "./acl";
import type { Observation, ServerObservation } from "./observation";
import { sentinelUsers } from "./sentinel/users";
import type { Desired } from "./servers";
import type { Passwords } from "./users";

/** No user has a name with a space: under such a key stands a password of its that is not the declared one. */
const previousKey = (user: string): string => `previous ${user}`;
const formerKey = (user: string): string => `former ${user}`;

/** Passwords with those that are taken beside them, by user. */
export function withPrevious(passwords: Passwords, previous: Passwords): Passwords {
    const beside = Object.entries(previous).map(([user, password]) => [previousKey(user), password]);
    return { ...passwords, ...Object.fromEntries(beside) };
}

/** The same with passwords that servers may still have which were not told of a change, by user. Nobody takes them beside. */
export function withFormer(passwords: Passwords, former: Passwords): Passwords {
    const known = Object.entries(former).map(([user, password]) => [formerKey(user), password]);
    return { ...passwords, ...Object.fromEntries(known) };
}

/** The hashes of all passwords that servers are to take of a user, the declared one first. */
export function declaredHashes(passwords: Passwords, user: string): string[] {
    const declared = passwords[user];
    if (!declared) throw new Error(`the user ${user} has no password`);
    const previous = passwords[previousKey(user)];
    return [...new Set([declared, ...(previous ? [previous] : [])].map(hashPassword))];
}

/** The passwords by which a deployment may be administered, the declared one first. */
export function administratorPasswords(passwords: Passwords): string[] {
    const user = "administrator";
    const known = [passwords[user], passwords[previousKey(user)], passwords[formerKey(user)]];
    return [...new Set(known.filter((password) => password !== undefined))];
}

/** How far a change of passwords has come. */
export interface PasswordState {
    /** Whether every server takes the declared ones: only then they may be used for links. */
    taken: boolean;
    /** Whether every server that there is takes and uses them: only then others may end. */
    used: boolean;
}

/** Looks at all servers and Sentinels at once, since a link has two ends. */
export function passwordState(desired: Desired, observation: Observation): PasswordState {
    const there = observation.filter(({ declared, gone }) => declared && !gone);
    const answering = there.filter(answers);
    // One that is silent may know the old one only; where nothing changes that does not matter.
    const settled = answering.length === there.length || answering.every(hasOnePasswordForLinks);
    const taken = settled && answering.every((server) => takesAll(desired, server));
    const used = taken && there.every((server) => answers(server) && signsIn(desired, server));
    return { taken, used };
}

function hasOnePasswordForLinks(server: ServerObservation): boolean {
    const users = liveUsers(server).filter(({ name }) => name === "replication" || name === "sentinel");
    return users.every(({ passwordHashes }) => passwordHashes.length === 1);
}

const answers = ({ redis, sentinel }: ServerObservation): boolean => !!(redis ?? sentinel);

/** The users that a server, or a Sentinel, is to have. */
export function usersFor({ users, passwords = {} }: Desired, { kind }: Pick<ServerObservation, "kind">): AclUser[] {
    return kind === "sentinel" ? sentinelUsers(passwords) : users;
}

function takesAll(desired: Desired, server: ServerObservation): boolean {
    const live = new Map(liveUsers(server).map((user) => [user.name, user]));
    return usersFor(desired, server).every(({ name, enabled, passwordHashes }) => {
        const known = live.get(name);
        return !enabled || (known?.enabled && passwordHashes.every((hash) => known.passwordHashes.includes(hash)));
    });
}

function signsIn({ replicationPassword, passwords = {} }: Desired, { redis, sentinel }: ServerObservation): boolean {
    if (redis) return redis.settings.masterauth === replicationPassword;
    return sentinel?.passwordHash === hashPassword(passwords.sentinel ?? "");
}

/** The users that a server or Sentinel has. */
export function liveUsers({ redis, sentinel }: ServerObservation): AclUser[] {
    return redis?.users ?? sentinel?.users ?? [];
}
