/** Keys of the stack configuration that make up the declaration, as described in Pulumi.yaml. */
export const configurationKeys = [
    "topology",
    "image",
    "hosts",
    "network",
    "nodes",
    "settings",
    "users",
    "data",
    "memory",
] as const;

export type ConfigurationKey = (typeof configurationKeys)[number];

/**
 * The declaration in a stack's configuration, not validated yet: `read` returns the value of one key, structured where
 * the stack file has it structured, or undefined. An empty text is as good as none: Pulumi.yaml cannot leave a key out.
 */
export function declarationFrom(read: (key: ConfigurationKey) => unknown): Record<string, unknown> {
    const entries = configurationKeys.map((key) => [key, read(key)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ""));
}
