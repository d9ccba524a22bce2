import { setTimeout as sleep } from "node:timers/promises";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { desiredOf, lookThroughDocker } from "../reconcile/convergence";
import { localEndpoint } from "../reconcile/docker/endpoint";
import { inventory } from "../reconcile/docker/inventory";
import { readKernel } from "../reconcile/docker/kernel";
import { judgeImages } from "../reconcile/image/judge";
import { listening } from "../reconcile/listening";
import { observe } from "../reconcile/observe";
import { Connections } from "../reconcile/redis/connections";
import { endPasswords, report } from "../reconcile/report";
import { containersOnDocker } from "../reconcile/rollout/containers";
import { planned } from "../reconcile/rollout/planned";
import { Rollout } from "../reconcile/rollout/rollout";
import { unresolvedAddresses } from "../reconcile/unresolved";
import { administratorPasswords, type Passwords } from "../redis/acl/passwords";
import { clientUsers } from "../redis/acl/users";
import { type DeploymentArguments, ownUsersOf, type Problem } from "../redis/declaration/arguments";
import { validate, validateInputs, validatePasswords, validatePrevious } from "../redis/declaration/validation";
import type { Declared } from "../redis/image/problems";
import { claimProblems, claimsOf } from "../redis/model/claims";
import { connectionHints, type NamedEndpoint, namedEndpoints } from "../redis/model/connect";
import type { ConnectionHints } from "../redis/model/connectionHints";
import { buildModel, hostOf, type Model, type NodeModel } from "../redis/model/model";
import { resourceName } from "../redis/model/names";
import { describeStep } from "../redis/plan/describe";
import { describeDraining } from "../redis/plan/drain/describe";
import { newOnDraining } from "../redis/plan/drain/placement";
import { endingProblems, userSentences } from "../redis/plan/passwordChanges";
import { planDeployment } from "../redis/plan/plan";
import { describeRollout, outageProblems } from "../redis/plan/rollout/describe";
import { unreadableProblems } from "../redis/plan/rollout/unreadable";
import { outdated } from "../redis/plan/rollout/waves";
import { moveWarnings } from "../redis/preflight/clusterMoves";
import { formerlyProblems } from "../redis/preflight/formerly";
import { memoryProblems, memoryWarnings } from "../redis/preflight/hostMemory";
import { hostProblems, hostWarnings } from "../redis/preflight/hostSettings";
import { fateOf, lastCopies, lastCopySentences } from "../redis/preflight/lastCopies";
import { preflight as preflightProblems } from "../redis/preflight/preflight";
import { topologyProblems } from "../redis/preflight/topologyChange";
import { volatileMasters } from "../redis/preflight/volatileMasters";
import { watchWarnings } from "../redis/preflight/watchWarnings";
import { withConfigurationVolumes } from "../redis/state/configurationVolume";
import type { EngineInventory } from "../redis/state/engineInventory";
import { withNetwork } from "../redis/state/network";
import type { Observation } from "../redis/state/observation";
import { writeRefusals } from "../redis/state/writeRefusals";
import { Cluster } from "./cluster";
import { allPasswords, deploymentId, givenPasswords, type PasswordInputs, secretPasswords } from "./credentials";
import { DockerHost } from "./dockerHost";
import { type Declare, declareInTurn, made } from "./inTurn";
import { refusedCopies } from "./lastCopies";
import { besides } from "./neighbours";
import { RedisNode } from "./redisNode";
import { failure, refuse } from "./refusal";
import { Replication } from "./replication";
import { Sentinels } from "./sentinel";
import { withShortStackTraces } from "./stackTraces";

/** What a deployment is made from: {@link DeploymentArguments}, and what does not belong in a stack file in clear. */
export interface DeploymentInputs extends DeploymentArguments {
    /**
     * Passwords by user; a password is generated for each user that has none here. They may be outputs of other resources.
     */
    passwords?: PasswordInputs;
    /**
     * Passwords that servers go on taking beside the present ones, by user. Without one here the old password ends.
     */
    previous?: PasswordInputs;
    /** First part of the names of everything on Docker. @default the component's name */
    prefix?: string;
    /**
     * Whether hosts and live servers are looked at first. `false` is for previews where the hosts cannot be reached, such
     * as policy checks in CI; an update refuses it.
     * @default true
     */
    preflight?: boolean;
    /** What the program has found wrong by itself, to be named in the same error. */
    problems?: Problem[];
}

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

    /** Part of the constructor: judges the arguments, looks at the hosts, and only then declares resources. */
    protected override async initialize(
        {
            prefix: givenPrefix,
            preflight = true,
            passwords: passwordInputs,
            previous,
            problems = [],
            ...declared
        }: DeploymentInputs,
        _opts: pulumi.ComponentResourceOptions,
        name: string,
    ): Promise<Built> {
        const prefix = givenPrefix ?? name;
        const isUpdate = !pulumi.runtime.isDryRun();
        const found = [...problems, ...validate(declared), ...validateInputs({ prefix, preflight, isUpdate })];
        // Before anything is waited for: deployments that are made together then know of each other.
        const endpointOf = (docker = localEndpoint()) => docker;
        const claims =
            found.length === 0 ? claimsOf(declared, buildModel(declared, { id: "", prefix }), endpointOf) : [];
        const neighbours = besides(name, claims);
        const { byUser, awaited } = await givenPasswords(passwordInputs);
        const earlier = await givenPasswords(previous);
        found.push(...validatePasswords(byUser, declared.users));
        found.push(...validatePrevious(earlier.byUser, byUser, declared.users));
        if (preflight) found.push(...(await unresolvedAddresses(declared.hosts)));
        refuse("The declaration", [...found, ...claimProblems(claims, neighbours())]);
        const id = await deploymentId(name, this);
        const built = buildModel(declared, { id, prefix });
        const users = [...built.users.map((user) => user.name), ...ownUsersOf(built.topology)];
        const passwords = await allPasswords(name, users, { byUser, awaited }, earlier.byUser, this);
        const given = pulumi.secret(pulumi.all([passwordInputs ?? {}, previous ?? {}]));

        const isAwaited = awaited === "all" || awaited.includes("administrator");
        if (isAwaited)
            await pulumi.log.info("The servers are looked at once the password of administrator is known.", this);
        const looks = preflight && !isAwaited;
        const inventories = looks ? await Promise.all(built.hosts.map(inventory)) : [];
        const model = withConfigurationVolumes(withNetwork(built, inventories), inventories);
        const { drifted, observation } = looks
            ? await this.look({ args: declared, model }, inventories, passwords)
            : unseen;

        const hosts = new Map(
            model.hosts.map((host) => [
                host.name,
                new DockerHost(resourceName(name, host.name), { model, host }, { parent: this }),
            ]),
        );
        const all = [...model.nodes, ...(model.sentinels ?? [])];
        const sentinels = model.sentinels && new Sentinels(name, { parent: this });
        const replaced = new Set([...outdated(model, observation), ...planned(name, model)]);
        const declare: Declare<RedisNode> = (nodeName, beforeServer) => {
            const node = all.find((candidate) => candidate.name === nodeName);
            const host = node && hosts.get(node.host);
            if (!node || !host) throw new Error(`no node ${nodeName} on a host that is declared`);
            const logicalName = (part: string) => resourceName(name, node.host, part);
            const aliases = (node.formerly ?? []).map((former) => ({ name: logicalName(former) }));
            const parent = node.kind === "sentinel" && sentinels ? sentinels : this;
            const args = { model, node, host, passwords, given, beforeServer, replaced: replaced.has(node.name) };
            return withShortStackTraces(() => new RedisNode(logicalName(node.name), args, { parent, aliases }));
        };
        const running = observation.some(({ container }) => container);
        const networks = [...hosts.values()].flatMap(({ network }) => network ?? []);
        const nodes =
            running && !pulumi.runtime.isDryRun()
                ? await this.inTurn({ model, passwords, observation, networks, planned: planned(name, model) }, declare)
                : all.map((node) => declare(node.name));
        const args = { model, nodes: inOrder(all, nodes), passwords, given, drifted };
        if (model.topology === "cluster") {
            const cluster = new Cluster(name, args, { parent: this });
            return { model, passwords, usable: cluster.convergence.id.apply(() => model), slots: cluster.slots };
        }
        const replication = new Replication(name, args, { parent: this });
        return { model, passwords, usable: replication.tree };
    }

    /** Declares the nodes of a deployment that runs, so that no two copies of its data are replaced at once. */
    private async inTurn(
        { model, passwords, observation, networks, planned }: Seen,
        declare: Declare<RedisNode>,
    ): Promise<RedisNode[]> {
        const connections = new Connections(...administratorPasswords(passwords));
        const say = (line: string) => void pulumi.log.info(line, this);
        const desired = desiredOf(model, passwords);
        const context = { desired, connections, look: lookThroughDocker, containers: containersOnDocker(model), say };
        const lost = [...model.nodes, ...(model.sentinels ?? [])].filter(({ host }) => hostOf(model, host).down);
        try {
            // Servers that run join a new network before the first of them is replaced.
            await Promise.all(networks.map((network) => made(network.id)));
            const rollout = new Rollout({ ...context, planned }, observation);
            return [...lost.map(({ name }) => declare(name)), ...(await declareInTurn(rollout, declare))];
        } catch (error) {
            throw failure((error as Error).message);
        } finally {
            connections.close();
        }
    }

    /** Reads hosts and servers, and says what convergence will do. */
    private async look({ args, model }: Declared, inventories: EngineInventory[], passwords: Passwords): Promise<Look> {
        const taken = await listening(model);
        const read = model.hosts.map((host, index) => readKernel(model, host, inventories[index] as EngineInventory));
        const kernels = (await Promise.all(read)).filter((kernel) => kernel !== undefined);
        refuse("What is on the hosts", [
            ...preflightProblems(model, inventories, taken),
            ...newOnDraining(args, model, inventories),
            ...hostProblems(model, kernels),
            ...memoryProblems(model, inventories),
            ...formerlyProblems(model, inventories),
        ]);
        const warnings = pulumi.runtime.isDryRun()
            ? [
                  ...volatileMasters(model),
                  ...hostWarnings(model, kernels),
                  ...memoryWarnings(model, inventories),
                  ...watchWarnings(model),
                  ...moveWarnings(model, inventories),
              ]
            : [];
        for (const warning of warnings) await pulumi.log.warn(warning, this);
        const connections = new Connections(...administratorPasswords(passwords));
        try {
            const observation = await readable(() => observe(model, inventories, connections));
            refuse("What runs on the hosts", [
                ...unreadableProblems(observation),
                ...topologyProblems(model, observation),
            ]);
            const desired = desiredOf(model, passwords);
            const mayPull = !pulumi.runtime.isDryRun();
            const image = await judgeImages({ args, model, desired, inventories, observation, mayPull });
            for (const note of image.notes) await pulumi.log.info(note, this);
            refuse("The declaration", image.problems);
            if (!observation.some(({ container }) => container)) return unseen;
            const refusals = writeRefusals(observation);
            report({ kind: "writeRefusals", sentences: refusals });
            if (pulumi.runtime.isDryRun()) for (const refusal of refusals) await pulumi.log.warn(refusal, this);
            const plan = planDeployment(desired, observation);
            const drifted = plan.steps.length > 0 || plan.waiting.length > 0;
            report({ kind: "draining", sentences: describeDraining(model, observation, !drifted) });
            const copies = lastCopies(model, observation);
            const refused = refusedCopies(model, copies, args.deleteData);
            const ending = process.env[endPasswords] ? [] : endingProblems(desired, observation);
            const outages = args.allowOutage === false ? outageProblems(model, observation) : [];
            refuse("What runs on the hosts", [
                ...(plan.refused ?? []).map(asProblem),
                ...refused,
                ...outages,
                ...ending,
            ]);
            const told = {
                steps: [...userSentences(desired, observation), ...plan.steps.map(describeStep), ...plan.waiting],
                losses: lastCopySentences(copies, fateOf(model)),
                rollout: describeRollout(model, observation),
                keys: keysThatLeave(observation),
            };
            const sentences = [...told.steps, ...told.losses, ...told.rollout];
            if (!report({ kind: "plan", ...told }) && sentences.length > 0) {
                const lines = sentences.map((sentence) => `  ${sentence}`);
                const differ = pulumi.runtime.isDryRun() ? "differ" : "differed, before this update,";
                await pulumi.log.info([`The live servers ${differ} from the declaration:`, ...lines].join("\n"), this);
            }
            return { drifted, observation };
        } finally {
            connections.close();
        }
    }
}

/** How long servers that run may take to answer before they count as unreadable, in milliseconds: they may just start. */
const patience = 5_000;

/** Observes until every server that runs has answered, or has had time to. */
async function readable(look: () => Promise<Observation>): Promise<Observation> {
    for (const until = Date.now() + patience; ; ) {
        const observation = await look();
        if (unreadableProblems(observation).length === 0 || Date.now() > until) return observation;
        await sleep(500);
    }
}

/** How many keys the servers have that leave, by name. */
function keysThatLeave(observation: Observation): Record<string, number> {
    const leaving = observation.filter(({ declared }) => !declared);
    return Object.fromEntries(leaving.flatMap(({ node, redis }) => (redis ? [[node, redis.keys]] : [])));
}

/** Nodes in the order of the stack file, so that what is made of them does not depend on who goes last. */
function inOrder(declared: NodeModel[], nodes: RedisNode[]): RedisNode[] {
    const position = ({ node }: RedisNode) => declared.findIndex(({ name }) => name === node);
    return nodes.sort((a, b) => position(a) - position(b));
}

/** A sentence that begins with what it is about. */
function asProblem(sentence: string): Problem {
    const [path = "", ...rest] = sentence.split(": ");
    return { path, message: rest.join(": ") };
}

/** What matters of the live deployment to what is declared next. */
interface Look {
    /** Whether live servers differ from the model. */
    drifted: boolean;
    /** What was seen; empty when there are no servers yet. */
    observation: Observation;
}

/** A deployment that runs, and whose containers Pulumi's own plan replaces. */
interface Seen {
    model: Model;
    passwords: Passwords;
    observation: Observation;
    networks: docker.Network[];
    planned: ReadonlySet<string>;
}

/** A look at nothing: there are no servers yet, or they are not to be looked at. */
const unseen: Look = { drifted: false, observation: [] };
