import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** A policy's parameters, each with a default. */
export type Parameters<C> = {
    readonly [K in keyof C]: PolicyConfigJSONSchema & { readonly default: C[K]; readonly description: string };
};

/** Fills in defaults: the CLI does so too, but not everything runs a pack through the CLI. */
export function withDefaults<C extends object>(parameters: Parameters<C> | undefined, given: object): C {
    const defaults = Object.entries<{ default: unknown }>(parameters ?? {}).map(([name, schema]) => [
        name,
        schema.default,
    ]);
    return { ...Object.fromEntries(defaults), ...given } as C;
}
