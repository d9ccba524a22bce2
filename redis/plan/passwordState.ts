import type { Passwords } from "../acl/passwords";
import type { AclUser } from "../acl/rules";
import { sentinelUsers } from "../acl/sentinelUsers";
import type { Observation, ServerObservation } from "../state/observation";
import type { SentinelObservation } from "../state/sentinel";
import type { Desired, PasswordState } from "./desired";

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

export function hasOnePasswordForLinks(server: ServerObservation): boolean {
    const users = liveUsers(server).filter(({ name }) => name === "replication" || name === "sentinel");
    return users.every(({ passwordHashes }) => passwordHashes.length === 1);
}

export const answers = ({ redis, sentinel }: ServerObservation): boolean => !!(redis ?? sentinel);

/** The users that a server, or a Sentinel, is to have. */
export function usersFor({ users, passwords = {} }: Desired, { kind }: Pick<ServerObservation, "kind">): AclUser[] {
    return kind === "sentinel" ? sentinelUsers(passwords) : users;
}

export function takesAll(desired: Desired, server: ServerObservation): boolean {
    const live = liveUsers(server);
    return usersFor(desired, server).every(({ name, enabled, passwordHashes }) => {
        const known = live.find((user) => user.name === name);
        return !enabled || (known?.enabled && passwordHashes.every((hash) => known.passwordHashes.includes(hash)));
    });
}

export function signsIn(
    { replicationPassword, passwords = {} }: Desired,
    { redis, sentinel }: ServerObservation,
): boolean {
    if (redis) return redis.settings.masterauth === replicationPassword;
    return sentinel !== undefined && signsInAtSentinels(passwords, sentinel);
}

/** Whether a Sentinel has the declared password by which it signs in to servers and other Sentinels. */
export const signsInAtSentinels = (passwords: Passwords, { passwordHash }: SentinelObservation): boolean =>
    passwordHash === sentinelUsers(passwords).find(({ name }) => name === "sentinel")?.passwordHashes[0];

/** The users that a server is to have, each beside the one of that name that it has, and the names of those that leave. */
export function compareUsers(
    desired: Desired,
    server: ServerObservation,
): { users: { user: AclUser; known?: AclUser }[]; leaving: string[] } {
    const declared = usersFor(desired, server);
    const live = liveUsers(server);
    return {
        users: declared.map((user) => ({ user, known: live.find(({ name }) => name === user.name) })),
        leaving: live.map(({ name }) => name).filter((name) => !declared.some((user) => user.name === name)),
    };
}

/** The users that a server or Sentinel has. */
export function liveUsers({ redis, sentinel }: ServerObservation): AclUser[] {
    return redis?.users ?? sentinel?.users ?? [];
}
