/**
 * What a user may write, below `redis:` in a stack file or as arguments of a `Deployment`: each key with its type, bounds,
 * default, and its sentence. Everything that says so elsewhere is made from this by `npm run generate`: the TypeScript
 * types, the configuration section of Pulumi.yaml, the table of keys in docs/, and the JSON Schema for editors.
 *
 * What keys mean to each other is judged in `validation/`.
 */
import { Type } from "@sinclair/typebox";
import { highestPort, subnetProblem } from "../../model/cluster/addresses";
import { mostReplicas, mostShards } from "../../model/cluster/placement";
import {
    addressProblem,
    copyProblem,
    endpointProblem,
    imageProblem,
    keyPatternProblem,
    memoryProblem,
    nameProblem,
    referenceTo,
    rulesProblem,
    timeZoneProblem,
    userNameProblem,
    watchedNameProblem,
} from "./texts";
import { described, flag, list, map, object, oneOf, optional, text, whole } from "./values";

/** Letters, digits and hyphens, and no hyphen at either end. */
const nameLooksLike = "^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$";

const port = (description: string) => whole(1, 65_535, { description, missing: "Is missing; Redis's own is 6379" });

const host = optional(
    text(referenceTo("host"), {
        description: "The host that it runs on, by name.",
        defaultIs: "the only host; with several hosts the key is needed",
    }),
);

const formerly = (what: string) =>
    optional(
        list(text(nameProblem, { description: "A former name.", looksLike: nameLooksLike }), "former names", {
            description: `The names that this ${what} had before, the latest first. They stay in the stack file after a rename, because the volumes keep the first name.`,
            defaultIs: "no former name",
        }),
    );

/** Values are judged by their directives (`redis/settings/`). */
const settings = (description: string) =>
    optional(
        map(Type.Any({ type: ["string", "number", "boolean", "array"] }), "directives of redis.conf by name", {
            description,
            defaultIs: "none: what is not declared has the server's own default",
            examples: [{ maxmemory: "256mb" }],
        }),
    );

export const hostSchema = object(
    {
        name: text(nameProblem, {
            description: "Letters, digits and hyphens. It is part of the names of what runs there.",
            missing: nameProblem(undefined),
            looksLike: nameLooksLike,
        }),
        docker: optional(
            text(endpointProblem, {
                description: "The endpoint of the Docker Engine: unix://, tcp:// or ssh://.",
                defaultIs: "the local Engine, as the Docker CLI finds it",
                looksLike: "^(unix|tcp|ssh)://",
            }),
        ),
        address: optional(
            text(addressProblem, {
                description: "The address at which others reach the host. Clusters need an IP address.",
                defaultIs: "127.0.0.1, which only this machine reaches; with several hosts the key is needed",
            }),
        ),
        state: optional(
            oneOf(
                {
                    up: "The host is there to be used.",
                    down: "The host is lost. The deployment does without what runs there.",
                    draining:
                        "The host is about to be away for a while. No master stays there, and nothing new is placed there.",
                },
                { enumName: "HostState", description: "Whether the host is there to be used.", default: "up" },
            ),
        ),
    },
    { interfaceName: "HostArguments", description: "A machine with a Docker Engine." },
);

const persistence = oneOf(
    {
        aof: "An append-only file.",
        rdb: "Snapshots. A crash loses what was written after the last one.",
        "aof+rdb": "Both.",
        none: "Nothing. A restart loses everything that no other server has.",
    },
    { enumName: "Persistence", description: "What the server writes to disk.", default: "aof" },
);

export const nodeSchema = object(
    {
        name: text(nameProblem, {
            description: "Letters, digits and hyphens. It is also the server's name on the bridge network.",
            missing: nameProblem(undefined),
            looksLike: nameLooksLike,
        }),
        port: port("The port, the same inside and outside of the container. Ports on one host differ."),
        host,
        replicaOf: optional(
            text(referenceTo("node"), {
                description:
                    "The node that it replicates, by name. The one master has none; in a cluster, the declared master of each shard.",
                defaultIs: "it is a master",
            }),
        ),
        persistence: optional(persistence),
        settings: settings("Directives of redis.conf for this node, by name. They go over those of the deployment."),
        formerly: formerly("node"),
    },
    { interfaceName: "NodeArguments", description: "One Redis server." },
);

export const sentinelServerSchema = object(
    {
        name: text(nameProblem, {
            description: "Letters, digits and hyphens.",
            missing: nameProblem(undefined),
            looksLike: nameLooksLike,
        }),
        port: port("The port, the same inside and outside of the container. Redis's own for Sentinel is 26379."),
        host,
        formerly: formerly("Sentinel"),
    },
    { interfaceName: "SentinelArguments", description: "One Sentinel." },
);

/**
 * Redis takes any number above 0: with a few milliseconds every server is down all the time and no failover ends, and after
 * more than an hour or a day nobody waits for one.
 */
export const watchSchema = object(
    {
        name: optional(
            text(watchedNameProblem, {
                description: "The master's name among Sentinels and their clients.",
                default: "main",
                looksLike: "^[\\w.-]{1,100}$",
            }),
        ),
        quorum: optional(
            whole(1, undefined, {
                description: "How many Sentinels must agree that the master is down.",
                defaultIs: "a majority",
            }),
        ),
        downAfterMilliseconds: optional(
            whole(100, 3_600_000, {
                description: "After how much silence a Sentinel takes a server for down, in milliseconds.",
                default: 5_000,
            }),
        ),
        failoverTimeout: optional(
            whole(1_000, 86_400_000, {
                description: "How long a failed attempt of a failover keeps the next one waiting, in milliseconds.",
                default: 60_000,
            }),
        ),
        parallelSyncs: optional(
            whole(1, 1_000, {
                description: "How many replicas may synchronise with a new master at the same time.",
                default: 1,
            }),
        ),
    },
    {
        interfaceName: "SentinelSettings",
        description: "What Sentinels are told of the master that they watch, as SENTINEL SET takes it.",
    },
);

export const clusterSchema = object(
    {
        shards: optional(
            whole(1, mostShards, {
                description:
                    "How many masters share the 16384 slots. 3 is the least that survives the loss of a master.",
                defaultIs: "the shape that `nodes` write out",
            }),
        ),
        replicasPerShard: optional(
            whole(0, mostReplicas, { description: "How many replicas each master has.", default: 1 }),
        ),
        firstPort: optional(
            whole(1, highestPort, {
                description:
                    "The port of the first master. Two ports in a row belong to each shard; its third and fourth copy are 1000 above, and so on.",
                default: 6_371,
            }),
        ),
        placement: optional(
            map(text(referenceTo("host"), { description: "A host, by name." }), "an object of hosts by node", {
                description: "Hosts of single nodes, by node (`shard1-2`).",
                defaultIs: "every node is placed freely",
            }),
        ),
        restoreMasters: optional(
            flag({
                description: "Whether an update hands mastership back to the declared masters after failovers.",
                default: false,
            }),
        ),
    },
    { interfaceName: "ClusterArguments", description: "A cluster by its shape, unless `nodes` write it out." },
);

const patterns = (description: string) =>
    optional(
        list(text(keyPatternProblem, { description: "A pattern." }), 'patterns such as ["*"]', {
            description,
            default: ["*"],
        }),
    );

export const userSchema = object(
    {
        name: text(userNameProblem, {
            description: "The user's name. `default` is the one that needs no name to sign in.",
            missing: userNameProblem(undefined),
        }),
        keys: patterns("Patterns of the keys that the user may use."),
        channels: patterns("Patterns of the channels that the user may use."),
        commands: optional(
            text(rulesProblem, {
                description: "ACL rules of the commands that the user may run.",
                defaultIs:
                    "everything but KEYS, FLUSHALL, FLUSHDB, ACL, CONFIG, DEBUG, MODULE, SHUTDOWN, and SCRIPT but for LOAD and EXISTS",
            }),
        ),
    },
    {
        interfaceName: "UserArguments",
        description: "A user of the applications. The deployment has users of its own beside them.",
    },
);

/** More nodes than any deployment has. */
const mostNodes = 10_000;

export const deploymentSchema = object(
    {
        topology: optional(
            oneOf(
                {
                    replication: "One master with replicas in any tree.",
                    sentinel: "One master with replicas that Sentinels watch over.",
                    cluster: "Shards of one master with its replicas each.",
                },
                { enumName: "Topology", description: "The shape of the deployment.", default: "replication" },
            ),
        ),
        image: text(imageProblem, {
            description: "The image that every node runs, pinned by tag or digest.",
            missing: imageProblem(undefined),
            examples: ["redis:8.0.2"],
        }),
        hosts: optional(
            list(hostSchema, "hosts", {
                description: "The machines that the nodes run on.",
                default: [{ name: "local" }],
            }),
        ),
        network: optional(
            oneOf(
                {
                    bridge: "A network of the deployment's own, on one host.",
                    host: "The hosts' own network, across hosts.",
                },
                {
                    enumName: "NetworkMode",
                    description: "How the servers reach each other.",
                    defaultIs: "bridge on one host, host across hosts",
                },
            ),
        ),
        nodes: optional(
            list(nodeSchema, "nodes", {
                description: "Every server, one line each.",
                defaultIs: "only a cluster can do without, by its shape in `cluster`",
            }),
        ),
        sentinels: optional(
            list(sentinelServerSchema, "Sentinels", {
                description: "Of the topology sentinel only: every Sentinel, one line each. Three are the least.",
                defaultIs: "none",
            }),
        ),
        sentinel: optional(
            described(watchSchema, {
                description: "Of the topology sentinel only: what Sentinels are told of the master.",
                defaultIs: "each key's own default",
            }),
        ),
        cluster: optional(
            described(clusterSchema, {
                description: "Of the topology cluster only: its shape, unless `nodes` write it out.",
                defaultIs: "the shape that `nodes` write out",
            }),
        ),
        subnet: optional(
            text(subnetProblem, {
                description:
                    "Of clusters and Sentinels on a bridge only: the network in which each node has a fixed address.",
                defaultIs: "a /20 in 10.0.0.0/8 that follows from the deployment's prefix",
                examples: ["172.30.0.0/20"],
            }),
        ),
        synchronisations: optional(
            whole(1, mostNodes, {
                description:
                    "How many servers may receive everything from their masters at a time. A full synchronisation is work for the master.",
                default: 1,
            }),
        ),
        settings: settings("Directives of redis.conf for every node, by name."),
        users: optional(
            list(userSchema, "users", {
                description: "The applications' users.",
                default: [{ name: "default" }],
            }),
        ),
        data: optional(
            oneOf(
                { keep: "The volumes stay.", delete: "The volumes are deleted." },
                {
                    enumName: "DataPolicy",
                    description: "What happens to data when a node or the stack goes.",
                    default: "keep",
                },
            ),
        ),
        deleteData: optional(
            list(
                text(copyProblem, { description: "A server, as the refusal of a change names it." }),
                "servers, as the refusal of a change names them",
                {
                    description:
                        "Of one change with `data: delete`: the servers that may leave with keys that nobody else has. It allows nothing else, now or later.",
                    defaultIs: "none",
                    examples: [["master:1f0c9a2b3d4e"]],
                },
            ),
        ),
        memory: optional(
            text(memoryProblem, {
                description: "The memory limit of each server's container, as Redis writes sizes.",
                defaultIs: "no limit",
                examples: ["512mb"],
            }),
        ),
        timezone: optional(
            text(timeZoneProblem, {
                description: "The time zone of what servers log. The image must know it.",
                defaultIs: "UTC",
                examples: ["Asia/Shanghai"],
            }),
        ),
        allowOutage: optional(
            flag({
                description:
                    "Whether a change may replace a master that no replica can stand in for. Its data is away for some seconds then.",
                default: true,
            }),
        ),
    },
    { interfaceName: "DeploymentArguments", description: "Everything about a deployment except its passwords." },
);

const passwords = (description: string) =>
    optional(
        map(Type.Any(), "passwords by user: { default: ... }", {
            description: `${description} Set them with \`npm run pulumi -- config set --secret --path\`.`,
            defaultIs: "none",
        }),
    );

/** Keys of the stack configuration that are no part of the declaration. */
export const besideSchema = object(
    {
        passwords: passwords("Passwords by user. One is generated for each user that has none here."),
        previous: passwords(
            "Passwords by user that servers go on taking beside those in `passwords`. A password that was changed and does not stand here ends.",
        ),
        preflight: optional(
            flag({
                description:
                    "Whether hosts and live servers are looked at before anything is touched. false is for previews where the hosts cannot be reached, as in CI. An update refuses it.",
                default: true,
            }),
        ),
    },
    { description: "What a stack file has beside the declaration." },
);
