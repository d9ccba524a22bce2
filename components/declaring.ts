import type * as pulumi from "@pulumi/pulumi";
import type { Passwords } from "../redis/acl/passwords";
import type { Seen } from "./look/look";

/** What the resources of a deployment are declared from. */
export interface Declaring {
    /** What the program calls the deployment. */
    name: string;
    seen: Seen;
    passwords: Passwords;
    /** Secret, and known once every given password is. */
    given: pulumi.Output<unknown>;
    deployment: pulumi.Resource;
}
