/** A master that a Sentinel watches. */
export interface Monitor extends Endpoint {
    readonly name: string;
    readonly quorum: number;
}

/** A resource of a stack, as far as this pack needs it. */
export interface StackResource {
    readonly type: string;
    readonly urn: string;
    readonly name: string;
    readonly props: unknown;
    readonly protect: boolean;
    readonly provider?: { readonly urn: string; readonly props: unknown };
    /** The resources that a property was computed from. */
    readonly sources: Readonly<Record<string, readonly StackResource[]>>;
}

/** Where a replica or Sentinel finds its master. */
export interface Endpoint {
    readonly host: string;
    readonly port: number;
}
