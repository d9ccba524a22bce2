/** Keys of the stack configuration that make up the declaration, as described in Pulumi.yaml. */
export const configurationKeys = [
    "topology",
    "image",
    "hosts",
    "network",
    "nodes",
    "sentinels",
    "sentinel",
    "cluster",
    "subnet",
    "settings",
    "users",
    "data",
    "memory",
    "timezone",
    "synchronisations",
] as const;

export type ConfigurationKey = (typeof configurationKeys)[number];

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
 */
export function declarationFrom(read: (key: ConfigurationKey) => unknown): Record<string, unknown> {
    const entries = configurationKeys.map((key) => [key, read(key)] as const);
    return Object.fromEntries(
        entries.filter(([key, value]) => value !== undefined && value !== "" && !isNone(key, value)),
    );
}

const mayBeEmpty: ConfigurationKey[] = ["nodes", "cluster", "sentinels", "sentinel"];

function isNone(key: ConfigurationKey, value: unknown): boolean {
    return mayBeEmpty.includes(key) && typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
