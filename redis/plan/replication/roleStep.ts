import type { Endpoint } from "../../model/model";

/** One change to the roles of a tree. */
export type RoleStep =
    | { kind: "promote"; node: string; why: string }
    | { kind: "follow"; node: string; parent: string; endpoint: Endpoint; was: string; why?: string }
    /** Sets a replica aside, with its data and readable, while its parent receives everything anew. */
    | { kind: "park"; node: string; parent: string }
    | { kind: "failover"; from: string; to: string; why: string };
