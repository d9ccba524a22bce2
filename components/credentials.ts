import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Passwords } from "../redis/users";

/** Bytes of randomness in a generated password: 43 characters that need no quoting anywhere. */
const passwordBytes = 32;
/** Bytes of randomness in a deployment's id. */
const idBytes = 8;

/**
 * A value that is made up once and then kept in the stack's state, secret if asked for: available to the program
 * before anything is registered that depends on it.
 */
export function remembered(
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
    return remembered(`${name}-deployment-id`, () => randomBytes(idBytes).toString("hex"), false, parent);
}

/** A password for each of the users: the given one, else one that is generated once. */
export async function allPasswords(
    name: string,
    users: readonly string[],
    given: Passwords,
    parent: pulumi.Resource,
): Promise<Passwords> {
    const generate = () => randomBytes(passwordBytes).toString("base64url");
    const pairs = users.map(
        async (user) =>
            [user, given[user] ?? (await remembered(`${name}-password-${user}`, generate, true, parent))] as const,
    );
    return Object.fromEntries(await Promise.all(pairs));
}

/** The plain value of an output that is known also at preview. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
    return (output as unknown as { promise(): Promise<T> }).promise();
}
