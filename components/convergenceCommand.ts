import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Passwords } from "../redis/acl/passwords";
import type { Model } from "../redis/model/model";
import { convergenceProgram } from "./program";
import { isThere, type RedisNode } from "./redisNode";

export interface ConvergenceArguments {
    model: Model;
    nodes: RedisNode[];
    passwords: Passwords;
    /** Secret, and known once every given password is. */
    given: pulumi.Output<unknown>;
    /** Whether the live servers differ from the model, which Pulumi cannot see. */
    drifted: boolean;
}

/** The command that brings the running servers to the model, and proves them usable. */
export function convergenceCommand(
    name: string,
    { model, nodes, passwords, given, drifted }: ConvergenceArguments,
    parent: pulumi.Resource,
): command.local.Command {
    const there = nodes.filter(isThere);
    return new command.local.Command(
        `${name}-converge`,
        {
            create: convergenceProgram(model.id),
            stdin: JSON.stringify(model, undefined, 2),
            environment: {
                PASSWORDS: given.apply(() => JSON.stringify(passwords)),
                // A new container is converged, also when the model is what it was.
                CONTAINERS: pulumi
                    .all(there.flatMap(({ server, files }) => [server.id, files.id]))
                    .apply((ids) => ids.join(" ")),
                ...(drifted ? { HEAL: new Date().toISOString() } : {}),
            },
            logging: "stderr",
            // Where roles belong to Redis, the last receipt says which declared masters are to be masters again.
            addPreviousOutputInEnv: model.topology !== "replication",
        },
        {
            parent,
            dependsOn: there,
            additionalSecretOutputs: ["stdout"],
            ignoreChanges: drifted ? [] : ["environment.HEAL"],
        },
    );
}
