import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { combined, type Generated, parseGenerated } from "../redis/acl/generatedPasswords";
import type { Passwords } from "../redis/acl/passwords";
import { settled, whereKnown } from "./sdk";

/** Bytes of randomness in a generated password: 43 characters that need no quoting anywhere. */
const passwordBytes = 32;
/** Bytes of randomness in a deployment's id. */
const idBytes = 8;

/**
 * A value that is made up once and then kept in the stack's state, secret if asked for: available to the program
 * before anything is registered that depends on it.
 */
export function keptInState(
    name: string,
    value: () => string,
    secret: boolean,
    parent: pulumi.Resource,
): Promise<string> {
    const input = secret ? pulumi.secret(value()) : value();
    const stash = new pulumi.Stash(name, { input }, { parent, ignoreChanges: ["input"] });
    return settled(stash.output as pulumi.Output<string>);
}

/** The deployment's id, by which it knows its own Docker objects. */
export function deploymentId(name: string, parent: pulumi.Resource): Promise<string> {
    return keptInState(`${name}-deployment-id`, () => randomBytes(idBytes).toString("hex"), false, parent);
}

/**
 * A password for each of the users: the given one, else one that is generated once; and those that are taken beside them.
 * The administrator's generated one stays in the state where another is given: by it servers are told the other one.
 */
export async function allPasswords(
    name: string,
    users: readonly string[],
    { byUser, awaited }: GivenPasswords,
    previous: Passwords,
    parent: pulumi.Resource,
): Promise<Passwords> {
    const generated = async (user: string) =>
        parseGenerated(await keptInState(`${name}-password-${user}`, generatePassword, true, parent));
    const passwordOf = async (user: string): Promise<Generated> => {
        if (awaited === "all") return { password: toCome };
        const given = byUser[user];
        if (given === undefined) return generated(user);
        return user === "administrator"
            ? { password: given, former: (await generated(user)).password }
            : { password: given };
    };
    const known = await Promise.all(users.map(async (user) => [user, await passwordOf(user)] as const));
    return combined(Object.fromEntries(known), previous);
}

function generatePassword(): string {
    return randomBytes(passwordBytes).toString("base64url");
}

/** Passwords as a program gives them: some may be made by other resources. */
export type PasswordInputs = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** The passwords that a program gives. */
export interface GivenPasswords {
    /** By user. At a preview something stands for those that another resource has yet to make; it must reach no resource. */
    byUser: Passwords;
    /** Users whose passwords are not known for that reason; `all` when not even the users are. */
    awaited: string[] | "all";
}

/** What stands for a password at a preview that another resource has yet to make. */
const toCome = "made by another resource during the update";

/** Marks every password as a secret, each by itself, so that one that is not known yet hides no other. */
export function secretPasswords(given: PasswordInputs = {}): PasswordInputs {
    if (pulumi.Output.isInstance(given) || given instanceof Promise) return pulumi.secret(given);
    return Object.fromEntries(Object.entries(given).map(([user, password]) => [user, pulumi.secret(password)]));
}

/** The passwords that a program gives. An update waits for the resources that make them. */
export async function givenPasswords(given: PasswordInputs = {}): Promise<GivenPasswords> {
    const all = await whereKnown(pulumi.output(given) as pulumi.Output<Passwords>);
    // What is no object of passwords is for the validation to say.
    if (all !== undefined) return { byUser: all, awaited: [] };
    if (pulumi.Output.isInstance(given) || given instanceof Promise) return { byUser: {}, awaited: "all" };
    const byUser: Passwords = {};
    const awaited: string[] = [];
    for (const [user, input] of Object.entries(given)) {
        const password = await whereKnown(pulumi.output(input));
        if (password === undefined) awaited.push(user);
        byUser[user] = password ?? toCome;
    }
    return { byUser, awaited };
}
