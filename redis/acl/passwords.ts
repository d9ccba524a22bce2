import { hashPassword } from "./rules";

/**
 * Passwords by user, in clear: the applications' users and the deployment's own. What is taken beside them stands there as
 * well (`withPrevious`).
 */
export type Passwords = Record<string, string>;

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

/** The declared password of a user. */
export function passwordOf(passwords: Passwords, user: string): string {
    const declared = passwords[user];
    if (!declared) throw new Error(`the user ${user} has no password`);
    return declared;
}

/** The hashes of all passwords that servers are to take of a user, the declared one first. */
export function declaredHashes(passwords: Passwords, user: string): string[] {
    const declared = passwordOf(passwords, user);
    const previous = passwords[previousKey(user)];
    return [...new Set([declared, ...(previous ? [previous] : [])].map(hashPassword))];
}

/** The passwords by which a deployment may be administered, the declared one first. */
export function administratorPasswords(passwords: Passwords): [declared: string, ...former: string[]] {
    const user = "administrator";
    const declared = passwordOf(passwords, user);
    const others = [passwords[previousKey(user)], passwords[formerKey(user)]].filter((one) => one !== undefined);
    return [declared, ...new Set(others.filter((one) => one !== declared))];
}
