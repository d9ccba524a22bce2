import type { Passwords } from "../../../redis/acl/passwords";
import { hashPassword } from "../../../redis/acl/rules";
import { sentinelUsers } from "../../../redis/acl/sentinelUsers";
import { aclUsers } from "../../../redis/acl/users";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import type { Problem } from "../../../redis/declaration/problem";
import { validate } from "../../../redis/declaration/validation";
import { serverLabels } from "../../../redis/model/containerSpecification";
import { liveOwnDirectives } from "../../../redis/model/files/ownDirectives";
import { buildModel, type Model, masterOf, type NodeModel } from "../../../redis/model/model";
import { labels, networkName } from "../../../redis/model/names";
import { persistenceSettings } from "../../../redis/plan/persistence";
import { planDeployment } from "../../../redis/plan/plan";
import { outdated } from "../../../redis/plan/rollout/waves";
import { planServers } from "../../../redis/plan/servers";
import { lastCopies, lastCopyProblems } from "../../../redis/preflight/lastCopies";
import { preflight } from "../../../redis/preflight/preflight";
import { topologyProblems } from "../../../redis/preflight/topologyChange";
import { liveSettings, toConfigSet } from "../../../redis/settings/settings";
import type { ContainerListing, EngineInventory } from "../../../redis/state/engineInventory";
import { locate } from "../../../redis/state/located";
import { withNetwork } from "../../../redis/state/network";
import type { RedisObservation, ServerObservation } from "../../../redis/state/observation";
import { asAnnounced, isCurrent } from "../../../redis/state/whereabouts";
import type { Outcome } from "./rows";

const identity = { id: "ours", prefix: "redis-test" };
const users = ["default", "administrator", "replication", "health", "sentinel", "discovery"];
const passwordsOf = (more: Passwords = {}): Passwords => ({
    ...Object.fromEntries(users.map((user) => [user, `password-of-${user}`])),
    ...more,
});

/** What becomes of a change, and why it is refused. */
export interface Verdict {
    outcome: Outcome;
    problem?: Problem;
}

/** What the preview makes of a change of a deployment that runs as declared: by the same functions, in the same order. */
export function verdict(before: DeploymentArguments, after: DeploymentArguments, changed: Passwords = {}): Verdict {
    const refused = ([problem]: Problem[]): Verdict | undefined => problem && { outcome: "refused", problem };
    const running = buildModel(before, identity);
    const invalid = refused(validate(after));
    if (invalid) return invalid;
    const declared = buildModel(after, identity);
    const inventories = surveysOf(running, declared);
    const model = withNetwork(declared, inventories);
    const onHosts = refused(preflight(model, inventories, new Set()));
    if (onHosts) return onHosts;

    const observation = locate(model, inventories).map((server) => asked(running, model, server));
    const desired = {
        model,
        users: aclUsers(model, passwordsOf(changed)),
        replicationPassword: "password-of-replication",
        passwords: passwordsOf(changed),
        moved: masterOf(model).name !== masterOf(running).name,
    };
    const problems = [
        ...topologyProblems(model, observation),
        ...lastCopyProblems(model, lastCopies(model, observation)),
    ];
    const live = refused(problems);
    if (live) return live;
    const gone = new Set(model.hosts.filter(({ down }) => down).map(({ name }) => name));
    const rolling = outdated(model, observation).length > 0;
    if (observation.some(({ declared, container, host }) => !declared || (!container && !gone.has(host))))
        return { outcome: rolling ? "moving, rolling" : "moving" };
    if (rolling) return { outcome: "rolling" };
    // What belongs to a cluster's roles and slots is no change of a key.
    const plan =
        model.topology === "cluster" ? planServers(desired, observation) : planDeployment(desired, observation);
    if (plan.refused) return { outcome: "refused", problem: { path: "", message: plan.refused.join("; ") } };
    return { outcome: plan.steps.length > 0 || gone.size > 0 ? "live" : "remembered" };
}

/** What the Engines hold while a model runs; of those that are down nothing is seen. */
function surveysOf(running: Model, declared: Model): EngineInventory[] {
    const all = [...running.nodes, ...(running.sentinels ?? [])];
    return declared.hosts.map(({ name: host, down }): EngineInventory => {
        if (down) return { host, reachable: false, problem: "it is declared down" };
        // A machine is known by its Engine, whatever it is called.
        const { docker } = declared.hosts.find(({ name }) => name === host) ?? {};
        const was = running.hosts.find((one) => one.docker === docker)?.name;
        return {
            host,
            reachable: true,
            engine: { id: docker ?? "local", version: "28", name: docker ?? "local" },
            containers: all.filter((node) => node.host === was).map((node) => listed(running, node)),
            volumes: [],
            networks:
                running.network.mode === "bridge"
                    ? [
                          {
                              name: networkName(identity.prefix),
                              labels: { [labels.deployment]: "ours" },
                              subnets: [running.network.subnet ?? "172.18.0.0/16"],
                              gateway: "172.18.0.1",
                          },
                      ]
                    : [],
        };
    });
}

function listed(model: Model, node: NodeModel): ContainerListing {
    const { mode, subnet, name } = model.network;
    return {
        id: `id-of-${node.name}`,
        name: node.names.container,
        image: model.image,
        imageId: "sha256:1",
        labels: serverLabels(model, node),
        state: "running",
        status: "Up",
        ports: mode === "bridge" ? [node.port] : [],
        addresses: [],
        volumes: [node.names.dataVolume, node.names.configurationVolume],
        hostNetwork: mode === "host",
        networks: mode === "host" ? [{ name: "host" }] : [{ name, ...(subnet ? { fixed: node.announce.host } : {}) }],
    };
}

/** A server as it answers while the model runs that was declared before. */
function asked(running: Model, model: Model, server: ServerObservation): ServerObservation {
    if (!server.container || server.gone) return server;
    const all = [...running.nodes, ...(running.sentinels ?? [])];
    const node = all.find(({ names }) => names.container === server.container?.name);
    if (!node) return server;
    if (node.kind === "sentinel") {
        const others = (nodes: NodeModel[] = []) =>
            nodes.map(({ announce }) => ({ endpoint: announce, flags: [], priority: 100 }));
        const view = {
            ...(running.watch as NonNullable<Model["watch"]>),
            master: masterOf(running).announce,
            configEpoch: 0,
            flags: ["master"],
            replicas: others(running.nodes.filter(({ replicaOf }) => replicaOf)),
            others: others(running.sentinels?.filter((one) => one !== node)),
            quorumCheck: "OK 3 usable Sentinels",
        };
        const passwordHash = hashPassword(passwordsOf().sentinel ?? "");
        return { ...server, sentinel: { users: sentinelUsers(passwordsOf()), passwordHash, watch: view } };
    }
    const answer = { ...server, redis: redisOf(running, node) };
    const now = model.nodes.find(({ name }) => name === server.node);
    return now && isCurrent(model, now, server) ? answer : asAnnounced(answer);
}

function redisOf(running: Model, node: NodeModel): RedisObservation {
    const parent = running.nodes.find(({ name }) => name === node.replicaOf);
    const followers = running.nodes.filter(({ replicaOf }) => replicaOf === node.name);
    const settings = Object.fromEntries(
        [...liveSettings, ...persistenceSettings].flatMap((name) => {
            const value = node.settings[name];
            return value === undefined ? [] : [[name, toConfigSet(name, value)]];
        }),
    );
    return {
        product: { name: "Redis", version: "8.0.2" },
        ...(parent ? { role: "replica", following: parent.announce, linkUp: true } : { role: "master", linkUp: false }),
        syncBytesLeft: 0,
        linkDownSeconds: 0,
        offset: 1000,
        history: { id: "m", backlogFrom: 1 },
        keys: 10,
        memory: 1_000_000,
        replicas: followers.map(({ announce }) => ({ announce, state: "online", lag: 0 })),
        failover: "no-failover",
        settings: {
            ...defaults,
            ...settings,
            ...liveOwnDirectives(running, node),
            masterauth: "password-of-replication",
        },
        defaults,
        users: aclUsers(running, passwordsOf()),
        ...(running.topology === "cluster" ? { clusterEnabled: true } : {}),
    } as RedisObservation;
}

/** Of the settings that rows change. */
const defaults = { maxmemory: "0", "slowlog-max-len": "128" };
