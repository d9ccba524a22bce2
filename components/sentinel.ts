import * as pulumi from "@pulumi/pulumi";
import type { NodeModel } from "../redis/model/model";
import type { Watch } from "../redis/model/sentinel/declaration";

export interface SentinelsArguments {
    sentinels: NodeModel[];
    watch: Watch;
}

/** The Sentinels that watch one tree, each a node with this as its parent. */
export class Sentinels extends pulumi.ComponentResource {
    constructor(name: string, { sentinels, watch }: SentinelsArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:Sentinels", name, {}, opts);
        const endpoints = sentinels.map(({ name, reach }) => ({ name, ...reach }));
        this.registerOutputs({ master: watch.name, quorum: watch.quorum, endpoints });
    }
}
