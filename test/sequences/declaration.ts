import type { DataPolicy, DeploymentArguments, NodeArguments, Persistence } from "../../redis/declaration/arguments";
import type { Model } from "../../redis/model/model";
import { hasReplicas } from "../../redis/plan/rollout/waves";
import type { Change, Image, Shape, Start } from "./actions";
import { images } from "./actions";

/** A server as it is declared. */
export interface DeclaredServer {
    name: string;
    /** Its earlier names, the latest first. */
    formerly?: string[];
    /** How often its port was changed. */
    moves?: number;
    replicaOf?: string;
    persistence: Persistence;
}

/** What stands in the stack file at a moment; numbers grow with each change of what they stand for. */
export interface Declaration {
    shape: Shape;
    image: Image;
    servers: DeclaredServer[];
    setting: number;
    restart: number;
    memory: number;
    /** Whether there is a user `guest`, too. */
    guest: boolean;
    timezone: number;
    /** Settings of servers' own, by server. */
    nodeSettings: Record<string, number>;
    /** What Sentinels are told of the master. */
    sentinelSetting: number;
    synchronisations: number;
    restoreMasters: boolean;
    data: DataPolicy;
    /** The server whose host drains. */
    draining?: string;
    /** How often the password of a user was changed. */
    passwords: Record<string, number>;
    /** Users whose password before the present one is taken as well. */
    graced: string[];
}

/** Servers beyond which none is added. */
const mostServers = 7;

const word = (words: Persistence[], index: number): Persistence => words[index % words.length] ?? "aof";

/** The declaration that a trace begins with. */
export function declarationOf(shape: Shape, { replicas, shards, persistence, image }: Start): Declaration {
    const servers =
        shape === "cluster"
            ? Array.from({ length: shards }, (_, shard) => shardOf(shard + 1, replicas)).flat()
            : treeOf(shape, replicas);
    return {
        shape,
        image,
        servers: servers.map((server, index) => ({ ...server, persistence: word(persistence, index) })),
        setting: 0,
        restart: 0,
        memory: 0,
        guest: false,
        timezone: 0,
        nodeSettings: {},
        sentinelSetting: 0,
        synchronisations: 0,
        restoreMasters: false,
        data: "delete",
        passwords: {},
        graced: [],
    };
}

function treeOf(shape: Shape, replicas: number): Omit<DeclaredServer, "persistence">[] {
    const names = [..."abcdefg"].slice(0, 1 + replicas);
    return names.map((name, index) => ({
        name,
        ...(index > 0 ? { replicaOf: shape === "chain" ? names[index - 1] : names[0] } : {}),
    }));
}

function shardOf(number: number, replicas: number): Omit<DeclaredServer, "persistence">[] {
    return Array.from({ length: 1 + replicas }, (_, copy) => ({
        name: `shard${number}-${copy + 1}`,
        ...(copy > 0 ? { replicaOf: `shard${number}-1` } : {}),
    }));
}

/** What a change makes of a declaration; the same declaration where it cannot be made now. */
export function changed(before: Declaration, change: Change): Declaration {
    const { servers } = before;
    const masters = servers.filter(({ replicaOf }) => !replicaOf);
    const replicas = servers.filter(({ replicaOf }) => replicaOf);
    switch (change.kind) {
        case "nothing":
            return before;
        case "setting":
            return { ...before, setting: before.setting + 1 };
        case "restart":
            return { ...before, restart: before.restart + 1 };
        case "memory":
            return { ...before, memory: before.memory + 1 };
        case "password":
            if (change.user === "sentinel" && before.shape !== "sentinel") return before;
            return withPassword(before, change.user, change.user === "administrator");
        case "user":
            return { ...before, guest: !before.guest };
        case "timezone":
            return { ...before, timezone: before.timezone + 1 };
        case "nodeSetting":
            return withNodeSetting(before, pick(servers, change.server));
        case "sentinelSetting":
            return { ...before, sentinelSetting: before.sentinelSetting + 1 };
        case "synchronisations":
            return { ...before, synchronisations: before.synchronisations + 1 };
        case "restoreMasters":
            return { ...before, restoreMasters: !before.restoreMasters };
        case "data":
            return { ...before, data: before.data === "keep" ? "delete" : "keep" };
        case "drain":
            return { ...before, draining: before.draining ? undefined : pick(servers, change.server).name };
        case "addReplica":
            return addReplica(before, change.below);
        case "removeReplica":
            return replicas.length > masters.length ? without(before, pick(replicas, change.server)) : before;
        case "addShard":
            return addShard(before);
        case "removeShard":
            return masters.length > 1 ? withoutShard(before, pick(masters, change.shard)) : before;
        case "promote":
            return replicas.length > 0 ? promote(before, pick(replicas, change.server)) : before;
        case "rename":
            return rename(before, pick(servers, change.server));
        case "port":
            return moved(before, pick(servers, change.server));
        case "reshape":
            return reshape(before);
        case "persistence":
            return {
                ...before,
                servers: servers.map((server, index) => ({ ...server, persistence: word(change.words, index) })),
            };
        case "image": {
            const image = images[images.indexOf(before.image) + 1];
            return image ? { ...before, image } : before;
        }
        case "everything": {
            const changes: Change[] = [
                { kind: "image" },
                { kind: "setting" },
                { kind: "restart" },
                { kind: "memory" },
                { kind: "password", user: "other" },
                { kind: "password", user: "replication" },
                { kind: "user" },
                { kind: "addReplica", below: 0 },
            ];
            return changes.reduce(changed, before);
        }
    }
}

/** The one that a number of a trace picks. */
export function pick<T>(among: readonly T[], number: number): T {
    return among[number % among.length] as T;
}

function withPassword(before: Declaration, user: string, graced = false): Declaration {
    return {
        ...before,
        passwords: { ...before.passwords, [user]: (before.passwords[user] ?? 0) + 1 },
        graced: graced ? [...new Set([...before.graced, user])] : before.graced,
    };
}

/** The name under which a server was declared first. */
export const originOf = ({ name, formerly = [] }: Pick<DeclaredServer, "name" | "formerly">): string =>
    formerly.at(-1) ?? name;

function rename(before: Declaration, { name }: DeclaredServer): Declaration {
    const next = `${name}x`;
    const servers = before.servers.map((server) => ({
        ...server,
        ...(server.name === name ? { name: next, formerly: [name, ...(server.formerly ?? [])] } : {}),
        ...(server.replicaOf === name ? { replicaOf: next } : {}),
    }));
    const { [name]: setting, ...others } = before.nodeSettings;
    return { ...before, servers, nodeSettings: setting === undefined ? others : { ...others, [next]: setting } };
}

function moved(before: Declaration, { name }: DeclaredServer): Declaration {
    const servers = before.servers.map((server) =>
        server.name === name ? { ...server, moves: (server.moves ?? 0) + 1 } : server,
    );
    return { ...before, servers };
}

function withNodeSetting(before: Declaration, { name }: DeclaredServer): Declaration {
    return { ...before, nodeSettings: { ...before.nodeSettings, [name]: (before.nodeSettings[name] ?? 0) + 1 } };
}

function addReplica(before: Declaration, below: number): Declaration {
    const { shape, servers } = before;
    if (servers.length >= mostServers) return before;
    const masters = servers.filter(({ replicaOf }) => !replicaOf);
    const parent = shape === "chain" ? pick(servers, below) : pick(masters, below);
    const taken = new Set(servers.flatMap(({ name, formerly = [] }) => [name, ...formerly]));
    const candidates =
        shape === "cluster"
            ? [2, 3, 4, 5, 6, 7, 8, 9].map((copy) => `${parent.name.slice(0, parent.name.indexOf("-"))}-${copy}`)
            : [..."abcdefghijklmn"];
    const name = candidates.find((one) => !taken.has(one)) as string;
    return { ...before, servers: [...servers, { name, replicaOf: parent.name, persistence: parent.persistence }] };
}

/** Leaves a server out; those below it get its parent. */
function without(before: Declaration, { name, replicaOf }: DeclaredServer): Declaration {
    const stay = before.servers.filter((server) => server.name !== name);
    return { ...before, servers: stay.map((one) => (one.replicaOf === name ? { ...one, replicaOf } : one)) };
}

function addShard(before: Declaration): Declaration {
    const { servers } = before;
    const masters = servers.filter(({ replicaOf }) => !replicaOf);
    const replicas = Math.round(servers.length / masters.length) - 1;
    if (servers.length + 1 + replicas > mostServers + 1) return before;
    const number = [1, 2, 3, 4, 5, 6, 7, 8].find((one) => !masters.some(({ name }) => name === `shard${one}-1`)) ?? 9;
    const persistence = masters[0]?.persistence ?? "aof";
    return { ...before, servers: [...servers, ...shardOf(number, replicas).map((one) => ({ ...one, persistence }))] };
}

function withoutShard(before: Declaration, { name }: DeclaredServer): Declaration {
    return {
        ...before,
        servers: before.servers.filter((server) => server.name !== name && server.replicaOf !== name),
    };
}

/** The chosen replica and the master change places. */
function promote(before: Declaration, { name }: DeclaredServer): Declaration {
    const master = before.servers.find(({ replicaOf }) => !replicaOf)?.name as string;
    const swapped = (one: string | undefined) => (one === name ? master : one === master ? name : one);
    const servers = before.servers.map((server) => {
        const place = before.servers.find((other) => other.name === swapped(server.name)) as DeclaredServer;
        const { replicaOf: _, ...rest } = server;
        const parent = swapped(place.replicaOf);
        return parent ? { ...rest, replicaOf: parent } : rest;
    });
    return { ...before, servers };
}

function reshape(before: Declaration): Declaration {
    const shape = before.shape === "star" ? "chain" : "star";
    const master = before.servers.find(({ replicaOf }) => !replicaOf) as DeclaredServer;
    const others = before.servers.filter((server) => server !== master);
    const parent = (index: number) => (shape === "chain" ? (others[index - 1] ?? master) : master).name;
    const servers = before.servers.map((server) =>
        server === master ? server : { ...server, replicaOf: parent(others.indexOf(server)) },
    );
    return { ...before, shape, servers };
}

const timezones = ["UTC", "Europe/Berlin"];

/** The declaration as it stands in a stack file. */
export function argumentsOf(
    declaration: Declaration,
    image: string,
    portOf: (name: string) => number,
): DeploymentArguments {
    const { shape, servers, setting, restart, memory, guest, nodeSettings } = declaration;
    const nodes = servers.map(
        ({ moves: _, ...server }): NodeArguments => ({
            ...server,
            port: portOf(server.name),
            ...(nodeSettings[server.name]
                ? { settings: { "slowlog-max-len": 500 + (nodeSettings[server.name] ?? 0) } }
                : {}),
        }),
    );
    const sentinels = ["s1", "s2", "s3"].map((name) => ({ name, port: portOf(name) }));
    const topology = shape === "star" || shape === "chain" ? "replication" : shape;
    return {
        topology,
        image,
        nodes,
        ...(topology === "sentinel" ? { sentinels, sentinel: { parallelSyncs: 1 + declaration.sentinelSetting } } : {}),
        ...(topology === "cluster" ? { cluster: { restoreMasters: declaration.restoreMasters } } : {}),
        synchronisations: 1 + (declaration.synchronisations % 2),
        timezone: timezones[declaration.timezone % timezones.length],
        settings: {
            "slowlog-max-len": 128 + setting,
            "tcp-backlog": 100 + restart,
            // Files that get another name.
            ...(restart > 0 ? { dbfilename: `dump${restart}.rdb`, appenddirname: `log${restart}` } : {}),
            maxmemory: `${200 + memory}mb`,
        },
        users: [
            { name: "default" },
            { name: "other", commands: "+get" },
            ...(guest ? [{ name: "guest", commands: "+ping" }] : []),
        ],
        memory: `${400 + memory}mb`,
        data: declaration.data,
    };
}

/** Every user that there may be. */
export const everyUser = [
    "default",
    "other",
    "guest",
    "administrator",
    "replication",
    "health",
    "sentinel",
    "discovery",
];
/** The model of a declaration with a host that drains, as long as another server of that shard stays elsewhere. */
export function withDraining(model: Model, { draining }: Pick<Declaration, "draining">): Model {
    const [host] = model.hosts;
    const server = model.nodes.find(({ name }) => name === draining);
    if (!host || !server || !hasReplicas(model, server.name)) return model;
    return {
        ...model,
        hosts: [host, { ...host, name: "draining", draining: true }],
        nodes: model.nodes.map((node) => (node === server ? { ...node, host: "draining" } : node)),
    };
}

/** The passwords of every user, by user. */
export function passwordsOf({ passwords }: Pick<Declaration, "passwords">): Record<string, string> {
    return Object.fromEntries(everyUser.map((user) => [user, `${user}-of-the-sequence-${passwords[user] ?? 0}`]));
}

/** The passwords that are taken beside them, by user. */
export function previousOf({ passwords, graced }: Pick<Declaration, "passwords" | "graced">): Record<string, string> {
    const before = passwordsOf({
        passwords: Object.fromEntries(graced.map((user) => [user, (passwords[user] ?? 0) - 1])),
    });
    return Object.fromEntries(graced.map((user) => [user, before[user] ?? ""]));
}

/** The administrator's password that is taken before a change and after it: by it a test looks at servers. */
export function lastingPassword(declaration: Declaration): string {
    return previousOf(declaration).administrator ?? passwordsOf(declaration).administrator ?? "";
}
