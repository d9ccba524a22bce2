import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type ConvergenceArguments, convergenceCommand } from "./convergence";

/** A tree of one master and its replicas. */
export class Replication extends pulumi.ComponentResource {
    readonly convergence: command.local.Command;

    constructor(name: string, args: ConvergenceArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:Replication", name, {}, opts);
        this.convergence = convergenceCommand(name, args, this);
        this.registerOutputs({});
    }
}
