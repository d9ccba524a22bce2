import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Receipt } from "../reconcile/receipt";
import { masterOf, type NodeModel, nodeOf } from "../redis/model/model";
import { type ConvergenceArguments, convergenceCommand } from "./convergenceCommand";

/** A tree of one master and its replicas. */
export class Replication extends pulumi.ComponentResource {
    readonly convergence: command.local.Command;
    /** The master once the tree is usable: while the declared one's host drains, another server stands in for it. */
    readonly master: pulumi.Output<NodeModel>;

    constructor(name: string, args: ConvergenceArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:Replication", name, {}, opts);
        this.convergence = convergenceCommand(name, args, this);
        const { model } = args;
        this.master = model.hosts.some(({ draining }) => draining)
            ? pulumi.unsecret(this.convergence.stdout).apply((receipt) => {
                  const { standIn = masterOf(model).name } = JSON.parse(receipt) as Receipt;
                  return nodeOf(model, standIn);
              })
            : this.convergence.id.apply(() => masterOf(model));
        // Below Sentinels nobody but they say who the master is.
        const master = model.topology === "replication" ? this.master.apply(({ name }) => name) : undefined;
        this.registerOutputs({ master });
    }
}
