import type { AclUser } from "../acl/rules";

/** Has one live server keep its data in another way, without a moment in which neither way holds everything. */
export interface PersistenceStep {
    kind: "persistence";
    node: string;
    sentence: string;
}

/**
 * Changes users of a running server. Whoever is signed in goes on: unlike ACL LOAD, which on Redis 7.0 cuts every client
 * that is not `default`, and links of replicas with them.
 */
export interface UserStep {
    kind: "setUsers";
    node: string;
    /** Users as they are to be. */
    users: AclUser[];
    /** Those of them who have a declared password more from now on: the server remembers since when. */
    marks: string[];
    /** Users that go, and whose clients are cut with them. */
    leave: string[];
    /** What changes, each in some words, without any secret. */
    changes: { name: string }[];
}

/** A setting to be changed; the sentence names no secret. */
export interface Change {
    name: string;
    sentence: string;
    /** The value, of a setting that is not declared. */
    value?: string;
}

/** One change to one live server that any topology may need. */
export type ServerStep =
    | { kind: "start"; node: string; status: string }
    | { kind: "configure"; node: string; changes: Change[] }
    | PersistenceStep
    | UserStep;
