import * as pulumi from "@pulumi/pulumi";
import { type Passwords, passwordOf } from "../redis/acl/passwords";
import { clientUsers } from "../redis/acl/users";
import { connectionHints, type NamedEndpoint, namedEndpoints } from "../redis/model/connect";
import type { ConnectionHints } from "../redis/model/connectionHints";
import { type Model, masterOf } from "../redis/model/model";
import { Cluster } from "./cluster";
import type { PasswordInputs } from "./credentials";
import type { Replication } from "./replication";

/** What a deployment tells those who use it. */
export interface DeploymentOutputs {
    endpoints: pulumi.Output<NamedEndpoint[]>;
    connect: pulumi.Output<ConnectionHints>;
    slots?: pulumi.Output<Record<string, string>>;
    passwords: pulumi.Output<Passwords>;
    password: pulumi.Output<string>;
}

/**
 * What a deployment tells of itself once it is usable. Passwords are secret, and unknown as long as those are that the program
 * gives.
 */
export function outputsOf(
    live: Cluster | Replication,
    model: Model,
    passwords: Passwords,
    given: PasswordInputs | undefined,
): DeploymentOutputs {
    // Of a cluster it says only that all is usable.
    const master = live instanceof Cluster ? live.convergence.id.apply(() => masterOf(model)) : live.master;
    const secret = <T>(result: () => T) => pulumi.secret(pulumi.output(given).apply(result)) as pulumi.Output<T>;
    return {
        endpoints: master.apply((one) => namedEndpoints(model, one)),
        connect: master.apply((one) => connectionHints(model, one)) as pulumi.Output<ConnectionHints>,
        ...(live instanceof Cluster ? { slots: live.slots } : {}),
        passwords: secret(() =>
            Object.fromEntries(clientUsers(model).map((user) => [user, passwordOf(passwords, user)])),
        ),
        password: secret(() => passwordOf(passwords, firstUser(model))),
    };
}

/** The user of whom `connect` speaks. */
function firstUser({ users: [first] }: Model): string {
    if (!first) throw new Error("the deployment has no user");
    return first.name;
}
