import type { SecretsProvider } from "../cli/passphrase";

/** A stack's state as `pulumi stack export` writes it, as far as it matters here. */
export interface Export {
    version?: number;
    deployment?: {
        resources?: Resource[];
        secrets_providers?: SecretsProvider;
        pending_operations?: { type: string; resource: Resource }[];
    } | null;
}

export interface Resource {
    urn: string;
    type: string;
    id?: string;
    /** URN and id of the provider, joined like a URN. */
    provider?: string;
    /** URNs of what it depends on, all of them and by property. */
    dependencies?: string[];
    propertyDependencies?: Record<string, string[] | null>;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

/** What a stack's state says of its deployments on Docker. */
export interface Recorded {
    /** Ids of its deployments. */
    deployments: string[];
    /** Docker endpoints of its hosts; undefined is the local Engine. */
    endpoints: (string | undefined)[];
    /** Ids of every resource. */
    ids: Set<string>;
    /** How many operations were begun and not finished. */
    pending: number;
}

/** Reads what a stack's state records. */
export function recorded({ deployment }: Export): Recorded {
    const resources = deployment?.resources ?? [];
    const outputs = (type: string) => resources.filter((resource) => resource.type === type);
    return {
        deployments: outputs("pulumi:index:Stash")
            .filter(({ urn }) => urn.endsWith("deployment-id"))
            .flatMap(({ outputs }) => (typeof outputs?.output === "string" ? [outputs.output] : [])),
        endpoints: [...new Set(outputs("pulumi:providers:docker").map(({ inputs }) => text(inputs?.host)))],
        ids: new Set(resources.flatMap(({ id }) => id ?? [])),
        pending: deployment?.pending_operations?.length ?? 0,
    };
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value ? value : undefined;
}
