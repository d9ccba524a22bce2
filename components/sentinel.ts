import * as pulumi from "@pulumi/pulumi";

/** The Sentinels that watch one tree, each a node with this as its parent. */
export class Sentinels extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:Sentinels", name, {}, opts);
        this.registerOutputs({});
    }
}
