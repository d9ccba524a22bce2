import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Receipt } from "../reconcile/receipt";
import { type ConvergenceArguments, convergenceCommand } from "./convergenceCommand";

/** Shards of one master with its replicas each, which share the slots of a Redis Cluster. */
export class Cluster extends pulumi.ComponentResource {
    readonly convergence: command.local.Command;
    /** The slots of each shard when it was last converged, by its declared master. */
    readonly slots: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: ConvergenceArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:Cluster", name, {}, opts);
        this.convergence = convergenceCommand(name, args, this);
        // A receipt holds no secret; its output is one because that of any command may be.
        this.slots = pulumi
            .unsecret(this.convergence.stdout)
            .apply((receipt) => (JSON.parse(receipt) as Receipt).slots ?? {});
        this.registerOutputs({ slots: this.slots });
    }
}
