import * as pulumi from "@pulumi/pulumi";
import type { Passwords } from "../redis/acl/passwords";
import { clientUsers } from "../redis/acl/users";
import { ownUsersOf } from "../redis/declaration/ownUsers";
import { connectionHints, type NamedEndpoint, namedEndpoints } from "../redis/model/connect";
import type { ConnectionHints } from "../redis/model/connectionHints";
import { buildModel, type Model } from "../redis/model/model";
import { Cluster } from "./cluster";
import { allPasswords, deploymentId, type GivenPasswords, secretPasswords } from "./credentials";
import type { DeploymentInputs } from "./inputs";
import { judge } from "./judge";
import { look, unseen } from "./look/look";
import { inform } from "./look/say";
import { declareResources } from "./resources";

/** A deployment whose hosts have been looked at and whose resources are declared. */
interface Built {
    model: Model;
    passwords: Passwords;
    /** As it is, known once it is usable. */
    usable: pulumi.Output<Model>;
    slots?: pulumi.Output<Record<string, string>>;
}

/**
 * Redis on plain Docker: one master with replicas in any tree, brought up and kept as declared while clients write.
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
export class Deployment extends pulumi.ComponentResource<Built> {
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
        const built = this.getData();
        const whenUsable = <T>(result: (model: Model) => T) =>
            pulumi.output(built.then(({ usable }) => usable.apply(result))) as pulumi.Output<T>;
        this.endpoints = whenUsable(namedEndpoints);
        this.connect = whenUsable(connectionHints);
        this.slots = pulumi.output(built.then(({ slots }) => slots)) as typeof this.slots;
        const secret = <T>(result: (built: Built) => T) =>
            pulumi.secret(pulumi.output(passwords).apply(() => built.then(result))) as pulumi.Output<T>;
        this.passwords = secret(({ model, passwords }) =>
            Object.fromEntries(clientUsers(model).map((name) => [name, passwords[name] ?? ""])),
        );
        this.password = secret(({ model, passwords }) => passwords[model.users[0]?.name ?? ""] ?? "");
    }

    /** Part of the constructor. Whatever is wrong ends the program before any of the deployment's resources is declared. */
    protected override async initialize(
        inputs: DeploymentInputs,
        _opts: pulumi.ComponentResourceOptions,
        name: string,
    ): Promise<Built> {
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
        const { model } = seen;
        return live instanceof Cluster
            ? { model, passwords, usable: live.convergence.id.apply(() => model), slots: live.slots }
            : { model, passwords, usable: live.tree };
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
