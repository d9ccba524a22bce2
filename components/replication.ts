import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Receipt } from "../reconcile/receipt";
import { type Model, masterOf } from "../redis/model/model";
import { treeBelow } from "../redis/plan/drain/tree";
import { type ConvergenceArguments, convergenceCommand } from "./convergenceCommand";

/** A tree of one master and its replicas. */
export class Replication extends pulumi.ComponentResource {
    readonly convergence: command.local.Command;
    /** The tree once it is usable: while the declared master's host drains, another server stands in for it. */
    readonly tree: pulumi.Output<Model>;

    constructor(name: string, args: ConvergenceArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:Replication", name, {}, opts);
        this.convergence = convergenceCommand(name, args, this);
        const { model } = args;
        this.tree = model.hosts.some(({ draining }) => draining)
            ? pulumi.unsecret(this.convergence.stdout).apply((receipt) => {
                  const { standIn = masterOf(model).name } = JSON.parse(receipt) as Receipt;
                  return treeBelow(model, standIn);
              })
            : this.convergence.id.apply(() => model);
        // Below Sentinels nobody but they say who the master is.
        const master = model.topology === "replication" ? this.tree.apply((tree) => masterOf(tree).name) : undefined;
        this.registerOutputs({ master });
    }
}
