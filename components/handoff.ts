import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Model } from "../redis/model";
import type { Passwords } from "../redis/users";
import { program } from "./program";

export interface HandoffArguments {
    model: Model;
    passwords: Passwords;
    /** Whether masters are about to be replaced, which Pulumi cannot see. */
    due: boolean;
}

/**
 * Takes mastership off the masters whose containers are about to be replaced: after those of their replicas have been,
 * and before their own are. Does nothing when it is created, and when none is.
 */
export function handoff(
    name: string,
    args: HandoffArguments,
    opts: pulumi.CustomResourceOptions,
): command.local.Command {
    const { model, passwords, due } = args;
    return new command.local.Command(
        `${name}-handoff`,
        {
            create: ":",
            update: program("handoff"),
            stdin: JSON.stringify(model, undefined, 2),
            environment: {
                PASSWORDS: pulumi.secret(JSON.stringify(passwords)),
                ...(due ? { DUE: new Date().toISOString() } : {}),
            },
            logging: "stderr",
            addPreviousOutputInEnv: false,
        },
        {
            ...opts,
            additionalSecretOutputs: ["stdout"],
            ignoreChanges: due ? [] : ["stdin", "environment", "update"],
        },
    );
}
