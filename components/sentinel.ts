import * as pulumi from "@pulumi/pulumi";
import type { Model, NodeModel } from "../redis/model";
import { isThere, type RedisNode } from "./redisNode";

export interface SentinelsArguments {
    model: Model;
    /** Declares one Sentinel's containers, to be replaced only after others. */
    declare: (node: NodeModel, after: pulumi.Resource[], parent: pulumi.Resource) => RedisNode;
    /** What comes before the Sentinels when containers are replaced. */
    after: pulumi.Resource[];
}

/** The Sentinels that watch one tree. They are replaced one by one, so that the others keep their quorum. */
export class Sentinels extends pulumi.ComponentResource {
    readonly nodes: RedisNode[] = [];

    constructor(name: string, { model, declare, after }: SentinelsArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:Sentinels", name, {}, opts);
        let before = after;
        for (const sentinel of model.sentinels ?? []) {
            const node = declare(sentinel, before, this);
            this.nodes.push(node);
            if (isThere(node)) before = [node];
        }
        this.registerOutputs({});
    }
}
