import { besideSchema, deploymentSchema } from "./schema/schema";

/** Keys of the stack configuration that make up the declaration. */
export const configurationKeys = Object.keys(deploymentSchema.properties);

/** Keys of the stack configuration that are no part of the declaration. */
export const otherKeys = Object.keys(besideSchema.properties);

/** The keys of one project in a stack's configuration, which holds those of plugins too: those have a name in front. */
export function keysOf(project: string, configuration: object): string[] {
    const namespace = `${project}:`;
    const keys = Object.keys(configuration).filter((key) => key.startsWith(namespace) || !key.includes(":"));
    return keys.map((key) => (key.startsWith(namespace) ? key.slice(namespace.length) : key));
}

/** A value as Pulumi hands it over: what is not a text is JSON. */
export function structured(value: string | undefined): unknown {
    if (value === undefined) return undefined;
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}

/**
 * The declaration in a stack's configuration, not validated yet: `read` returns the value of one key, structured where
 * the stack file has it structured, or undefined. What is empty is as good as none, for texts and for the keys that say
 * what servers there are: Pulumi.yaml cannot leave a key out.
 *
 * @param given the keys that stand in the stack file: what none of them should be called is for the validation to say
 */
export function declarationFrom(read: (key: string) => unknown, given: string[] = []): Record<string, unknown> {
    const keys = new Set([...configurationKeys, ...given.filter((key) => !otherKeys.includes(key))]);
    const entries = [...keys].map((key) => [key, read(key)] as const);
    return Object.fromEntries(
        entries.filter(([key, value]) => value !== undefined && value !== "" && !isNone(key, value)),
    );
}

const mayBeEmpty = ["nodes", "cluster", "sentinels", "sentinel", "deleteData"];

function isNone(key: string, value: unknown): boolean {
    return mayBeEmpty.includes(key) && typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
