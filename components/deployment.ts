import * as pulumi from "@pulumi/pulumi";
import type { Passwords } from "../redis/acl/passwords";
import { ownUsersOf } from "../redis/declaration/ownUsers";
import type { NamedEndpoint } from "../redis/model/connect";
import type { ConnectionHints } from "../redis/model/connectionHints";
import { buildModel, type Model } from "../redis/model/model";
import { allPasswords, deploymentId, type GivenPasswords, secretPasswords } from "./credentials";
import type { DeploymentInputs, ProgramInputs } from "./inputs";
import { judge } from "./judge";
import { look, unseen } from "./look/look";
import { inform } from "./look/say";
import { type DeploymentOutputs, outputsOf } from "./outputs";
import { declareResources } from "./resources";

/**
 * Redis on plain Docker: one master with replicas in any tree, with Sentinels that watch over it, or a cluster. It is brought up
 * and kept as declared while clients write.
 *
 * The declaration is judged whole, and each host looked at, before anything is touched.
 *
 * @example
 * ```ts
 * const cache = new Deployment("cache", {
 *     image: "redis:8.0.2",
 *     nodes: [
 *         { name: "master", port: 6379 },
 *         { name: "replica", port: 6380, replicaOf: "master" },
 *     ],
 * });
 * export const endpoints = cache.endpoints;
 * ```
 */
export class Deployment extends pulumi.ComponentResource<DeploymentOutputs> {
    /** Where each server answers, master first; known when the deployment is usable. */
    readonly endpoints: pulumi.Output<NamedEndpoint[]>;
    /** How to connect, without the password; known when the deployment is usable. */
    readonly connect: pulumi.Output<ConnectionHints>;
    /** Of a cluster: the slots of each shard, by its declared master; known when the deployment is usable. */
    readonly slots: pulumi.Output<Record<string, string> | undefined>;
    /** Passwords of the applications' users, by user. Secret. */
    readonly passwords: pulumi.Output<Passwords>;
    /** The password of the first user, of whom `connect` speaks. Secret. */
    readonly password: pulumi.Output<string>;

    /**
     * Ends the program with one RunError that names everything wrong with `args`, each with its path, before any resource
     * is registered.
     */
    constructor(name: string, args: DeploymentInputs, opts?: pulumi.ComponentResourceOptions) {
        const passwords = secretPasswords(args.passwords);
        const previous = args.previous === undefined ? {} : { previous: secretPasswords(args.previous) };
        super("redis-on-docker:index:Deployment", name, { ...args, passwords, ...previous }, opts);
        const known = this.getData();
        const output = <Key extends keyof DeploymentOutputs>(key: Key) =>
            pulumi.output(known.then((outputs) => outputs[key])) as Required<DeploymentOutputs>[Key];
        this.endpoints = output("endpoints");
        this.connect = output("connect");
        this.slots = output("slots");
        this.passwords = output("passwords");
        this.password = output("password");
    }

    /** Part of the constructor. Whatever is wrong ends the program before any of the deployment's resources is declared. */
    protected override async initialize(
        inputs: ProgramInputs,
        _opts: pulumi.ComponentResourceOptions,
        name: string,
    ): Promise<DeploymentOutputs> {
        const { declaration, prefix, preflight, given, previous } = await judge(name, inputs);
        const id = await deploymentId(name, this);
        const declared = buildModel(declaration, { id, prefix });
        const passwords = await allPasswords(name, usersOf(declared), given, previous, this);

        const seen =
            preflight && (await areKnown(given, this))
                ? await look({ args: declaration, model: declared }, passwords, this)
                : unseen(declared);
        const live = await declareResources({
            name,
            seen,
            passwords,
            given: pulumi.secret(pulumi.all([inputs.passwords ?? {}, inputs.previous ?? {}])),
            deployment: this,
        });
        const outputs = outputsOf(live, seen.model, passwords, inputs.passwords);
        // The SDK does so once this has ended, without outputs, unless it is done.
        this.registerOutputs(outputs);
        return outputs;
    }
}

/** Everybody who has a password: the applications' users and the deployment's own. */
function usersOf({ users, topology }: Model): string[] {
    return [...users.map(({ name }) => name), ...ownUsersOf(topology)];
}

/** Whether it is known how to sign in to servers; otherwise says why nobody looks at them. */
async function areKnown({ awaited }: GivenPasswords, deployment: pulumi.Resource): Promise<boolean> {
    if (awaited !== "all" && !awaited.includes("administrator")) return true;
    await inform(["The servers are looked at once the password of administrator is known."], deployment);
    return false;
}
