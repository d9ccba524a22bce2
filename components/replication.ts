import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Model } from "../redis/model";
import type { Passwords } from "../redis/users";
import type { RedisNode } from "./redisNode";

export interface ReplicationArguments {
    model: Model;
    nodes: RedisNode[];
    passwords: Passwords;
    /** Whether the live servers differ from the model, which Pulumi cannot see. */
    drifted: boolean;
}

/** A tree of one master and its replicas: the command that brings the running servers to it, and proves it usable. */
export class Replication extends pulumi.ComponentResource {
    readonly convergence: command.local.Command;

    constructor(name: string, args: ReplicationArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:Replication", name, {}, opts);
        const { model, nodes, passwords, drifted } = args;
        this.convergence = new command.local.Command(
            `${name}-converge`,
            {
                // Found by package name, so that the text is the same in every checkout.
                create: "exec node --import tsx --eval 'import(\"redis-on-docker/converge\")'",
                stdin: JSON.stringify(model, undefined, 2),
                environment: {
                    PASSWORDS: pulumi.secret(JSON.stringify(passwords)),
                    // A new container is converged, also when the model is what it was.
                    CONTAINERS: pulumi
                        .all(nodes.flatMap(({ server, files }) => [server.id, files.id]))
                        .apply((ids) => ids.join(" ")),
                    ...(drifted ? { HEAL: new Date().toISOString() } : {}),
                },
                logging: "stderr",
                addPreviousOutputInEnv: false,
            },
            {
                parent: this,
                dependsOn: nodes,
                additionalSecretOutputs: ["stdout"],
                ignoreChanges: drifted ? [] : ["environment.HEAL"],
            },
        );
        this.registerOutputs({});
    }
}
