import { type AclUser, sameUser } from "../acl/rules";
import type { ServerObservation } from "../state/observation";
import type { Desired, PasswordState } from "./desired";
import { compareUsers } from "./passwordState";
import type { UserStep } from "./serverStep";

/** What lies between the users of a server, or a Sentinel, and those that are declared. */
export function planUsers(desired: Desired, server: ServerObservation, { used }: PasswordState): UserStep[] {
    const { users, leaving: leave } = compareUsers(desired, server);
    const changed = users.flatMap(({ user, known }) => {
        const target = used ? user : beside(user, known);
        if (known && sameUser(target, known)) return [];
        return [
            {
                user: timed(target, known),
                mark: gains(user, known),
                name: known ? `${user.name} (${whatChanges(target, known)})` : user.name,
            },
        ];
    });
    if (changed.length + leave.length === 0) return [];
    const changes = [
        ...changed.map(({ name }) => ({ name })),
        ...leave.map((name) => ({ name: `${name} (it leaves)` })),
    ];
    const marks = changed.flatMap(({ user, mark }) => (mark ? [user.name] : []));
    return [{ kind: "setUsers", node: server.node, users: changed.map(({ user }) => user), marks, leave, changes }];
}

/** A declared user with the passwords that the live one has: nobody is refused while a change goes from server to server. */
export function beside(user: AclUser, known: AclUser | undefined): AclUser {
    if (!user.enabled || !known?.enabled) return user;
    if (known.passwordHashes.every((hash) => user.passwordHashes.includes(hash))) return user;
    return { ...user, passwordHashes: [...new Set([...user.passwordHashes, ...known.passwordHashes])] };
}

/** Keeps since when a user has had its passwords, as long as there are several. */
function timed(user: AclUser, known: AclUser | undefined): AclUser {
    if (user.passwordHashes.length < 2 || known?.changedAt === undefined) return user;
    return { ...user, changedAt: known.changedAt };
}

/** Whether a user that is declared with an old password beside the new one does not have both yet. */
export function gains({ passwordHashes }: AclUser, known: AclUser | undefined): boolean {
    return passwordHashes.length > 1 && passwordHashes.some((hash) => !known?.passwordHashes.includes(hash));
}

/** Whether a live user lacks a declared password, and whether it takes one that is not declared. */
export function passwordChange(user: AclUser, known: AclUser): { more: boolean; less: boolean } {
    const lacks = (one: AclUser, other: AclUser) =>
        other.passwordHashes.some((hash) => !one.passwordHashes.includes(hash));
    return { more: lacks(known, user), less: lacks(user, known) };
}

function whatChanges(user: AclUser, known: AclUser): string {
    const what: string[] = [];
    if (user.enabled !== known.enabled) what.push(user.enabled ? "on" : "off");
    const { more, less } = passwordChange(user, known);
    if (more) what.push(less || !known.enabled ? "another password" : "takes the new password as well");
    else if (less) what.push("the old password ends");
    for (const part of ["keys", "channels", "commands"] as const)
        if (user[part] !== known[part] && !sameUser({ ...known, [part]: user[part] }, known)) what.push(part);
    if ((known.extras ?? []).length > 0) what.push(`no ${known.extras?.join(", ")}`);
    return what.join(", ");
}

/** A step in a sentence. */
export function describeUserStep({ node, changes }: UserStep): string {
    return `${node}: change users: ${changes.map(({ name }) => name).join("; ")}`;
}
