import type { Passwords } from "../acl/passwords";
import type { AclUser } from "../acl/rules";
import { aclUsers } from "../acl/users";
import type { Model } from "../model/model";

/** How far a change of passwords has come. */
export interface PasswordState {
    /** Whether every server takes the declared ones: only then they may be used for links. */
    taken: boolean;
    /** Whether every server that there is takes and uses them: only then others may end. */
    used: boolean;
}

/** What a server's users must be: the declared ones and the deployment's own. */
export interface Desired {
    model: Model;
    users: AclUser[];
    replicationPassword: string;
    /** Passwords by user, by which Sentinels' users are judged. */
    passwords?: Record<string, string>;
    /** Whether another node is the declared master than when this was converged the last time; only asked under Sentinel. */
    moved?: boolean;
    /** How far a change of passwords has come on all servers and Sentinels; worked out where it is absent. */
    passwordState?: PasswordState;
    /** Declared masters whose hosts were draining when this was converged the last time, and are back. */
    returned?: readonly string[];
}

/** What convergence aims at. */
export function desiredOf(model: Model, passwords: Passwords): Desired {
    const { replication = "" } = passwords;
    return { model, users: aclUsers(model, passwords), replicationPassword: replication, passwords };
}
