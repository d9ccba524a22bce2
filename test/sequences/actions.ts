import type { Persistence } from "../../redis/declaration/arguments";

/**
 * What is tried on a deployment, as data: every change that a stack file can say, and every fault that may happen meanwhile.
 * A trace of them is JSON and runs in each of the worlds. A new feature adds its change here, and that is its fault test.
 */

export const shapes = ["star", "chain", "sentinel", "cluster"] as const;
/** What a deployment looks like. Star and chain are one topology to Redis, and the same faults hit them differently. */
export type Shape = (typeof shapes)[number];

export const images = ["7.0", "8.0"] as const;
export type Image = (typeof images)[number];

export const passwordUsers = ["other", "replication", "health", "administrator", "sentinel"] as const;
export type PasswordUser = (typeof passwordUsers)[number];

/**
 * One change of the stack file, brought about by one `up`. A number that picks a server counts round among those that can
 * be meant, in the order in which they are declared, so that a trace stays valid when actions are left out of it.
 */
export type Change =
    /** An `up` without any change. */
    | { kind: "nothing" }
    /** A setting that a running server is told. */
    | { kind: "setting" }
    /** A setting that only a new start applies: all servers are replaced. */
    | { kind: "restart" }
    | { kind: "memory" }
    /** Of an application's user or of one of the deployment's own. The administrator's last one is taken beside it. */
    | { kind: "password"; user: PasswordUser }
    /** One more user, or that one less. */
    | { kind: "user" }
    /** The time zone, which only a new container applies. */
    | { kind: "timezone" }
    /** A setting of one server's own. */
    | { kind: "nodeSetting"; server: number }
    /** What Sentinels are told of the master. */
    | { kind: "sentinelSetting" }
    /** How many servers receive everything at the same time. */
    | { kind: "synchronisations" }
    /** Whether an `up` gives shards back to their declared masters. */
    | { kind: "restoreMasters" }
    /** Whether the volume of a server that leaves is deleted or kept. */
    | { kind: "data" }
    /** The host of one server drains, or is back; not with the whole program, which has one host. */
    | { kind: "drain"; server: number }
    | { kind: "addReplica"; below: number }
    | { kind: "removeReplica"; server: number }
    | { kind: "addShard" }
    | { kind: "removeShard"; shard: number }
    /** Another server becomes the declared master; the old one its replica. */
    | { kind: "promote"; server: number }
    /** A server gets another name. */
    | { kind: "rename"; server: number }
    /** A server gets another port. */
    | { kind: "port"; server: number }
    /** A star becomes a chain and the reverse. */
    | { kind: "reshape" }
    /** How servers keep their data, each by the next word of the list, from its beginning again where it ends. */
    | { kind: "persistence"; words: Persistence[] }
    /** The next newer version; where there is none, the image stays. */
    | { kind: "image" }
    /** All in one `up`: image, both kinds of setting, memory, passwords, a user, a replica more. */
    | { kind: "everything" };

/** What somebody does to a server beside the program. */
export const handiworks = ["config", "acl", "role", "forget"] as const;
export type Handiwork = (typeof handiworks)[number];

/** What goes wrong during an `up`. Whatever lasts is healed after `ms` milliseconds, or when the `up` has ended. */
export type Fault =
    /** SIGKILL; Docker starts the server again, with what lies in its volume. */
    | { kind: "kill"; server: number }
    /** SIGSTOP, and SIGCONT later. */
    | { kind: "stop"; server: number; ms: number }
    /** SIGKILL, and the volume is empty when the server starts again. */
    | { kind: "wipe"; server: number }
    /** Nobody gets through to a server; the program and those whom the server itself calls do. */
    | { kind: "cut"; server: number; ms: number }
    /** What is sent to a server, and what it answers, takes longer. */
    | { kind: "slow"; server: number; ms: number }
    /** What is sent to a server arrives, and its answers do not. */
    | { kind: "oneWay"; server: number; ms: number }
    /** The addresses of two servers change places: whoever calls the one gets the other. */
    | { kind: "swap"; server: number; other: number; ms: number }
    /** The machine: SIGKILL of all servers at once, and all start again. */
    | { kind: "restartAll" }
    /** SIGKILL of the `up` itself, so many milliseconds after the step has begun. */
    | { kind: "killUp"; ms: number }
    /** A second `up` beside the first. */
    | { kind: "twoUps" }
    /** `config`: CONFIG SET. `acl`: a user more. `role`: REPLICAOF, or CLUSTER FAILOVER. `forget`: CLUSTER FORGET. */
    | { kind: "byHand"; what: Handiwork; server: number }
    /** Containers are replaced for a reason that the program does not know. */
    | { kind: "unforeseen" };

/** One `up`, and what goes wrong in it. */
export interface Action {
    change: Change;
    fault?: Fault;
    /** Before which of the steps of the `up` the fault strikes, counted from 0; after the last one where there are fewer. */
    step: number;
}

/** What there is before the first action. */
export interface Start {
    /** Replicas: of the master, or of each shard. */
    replicas: number;
    /** Of a cluster. */
    shards: number;
    /** How servers keep their data, each by the next word of the list, from its beginning again where it ends. */
    persistence: Persistence[];
    image: Image;
}

/** What a sequence tries. */
export interface Trace {
    shape: Shape;
    start: Start;
    actions: Action[];
}

export const changeKinds: Change["kind"][] = [
    "nothing",
    "setting",
    "restart",
    "memory",
    "password",
    "user",
    "timezone",
    "nodeSetting",
    "sentinelSetting",
    "synchronisations",
    "restoreMasters",
    "data",
    "drain",
    "addReplica",
    "removeReplica",
    "addShard",
    "removeShard",
    "promote",
    "rename",
    "port",
    "reshape",
    "persistence",
    "image",
    "everything",
];

export const faultKinds: Fault["kind"][] = [
    "kill",
    "stop",
    "wipe",
    "cut",
    "slow",
    "oneWay",
    "swap",
    "restartAll",
    "killUp",
    "twoUps",
    "byHand",
    "unforeseen",
];

/** Whether a deployment of a shape can be changed in such a way at all. */
export function canChange(shape: Shape, kind: Change["kind"]): boolean {
    switch (kind) {
        case "addShard":
        case "removeShard":
        case "restoreMasters":
            return shape === "cluster";
        case "sentinelSetting":
            return shape === "sentinel";
        // Who is master of a shard belongs to Redis.
        case "promote":
            return shape !== "cluster";
        // Sentinel sees only the master's own replicas.
        case "reshape":
            return shape === "star" || shape === "chain";
        default:
            return true;
    }
}

/** Whether a change has every server's container replaced. */
export function replacesServers({ kind }: Change): boolean {
    return kind === "restart" || kind === "image" || kind === "timezone" || kind === "everything";
}

/** One field of the coverage table. */
export type Pair = `${Change["kind"]} x ${Fault["kind"] | "none"} (${Shape})`;

export function pairOf(shape: Shape, { change, fault }: Pick<Action, "change" | "fault">): Pair {
    return `${change.kind} x ${fault?.kind ?? "none"} (${shape})`;
}

/** Every pair of a change and a fault, or none, that there is for each shape. */
export function allPairs(): Pair[] {
    return shapes.flatMap((shape) =>
        changeKinds
            .filter((kind) => canChange(shape, kind))
            .flatMap((change) =>
                ["none" as const, ...faultKinds].map((fault): Pair => `${change} x ${fault} (${shape})`),
            ),
    );
}
