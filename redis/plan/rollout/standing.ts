import type { Model } from "../../model/model";
import { hasProcess } from "../../state/containerStates";
import type { Observation, ServerObservation } from "../../state/observation";
import { isLoading, serverAt } from "../replication/live";

/**
 * What a server is to the others at a moment, which says when its container may be replaced:
 * - `absent`: no process of it runs, so that nobody depends on it.
 * - `unreadable`: its container runs, or is paused, and Redis does not answer. It may be a master and hold anything.
 * - `loading`: it reads its data from disk.
 * - `idle`: it answers and holds nothing that anybody could miss: a node of a cluster without slots and without a master.
 * - `behind`: a replica whose way to a master is broken somewhere.
 * - `inSync`: a replica that receives what its master takes; or a Sentinel that answers.
 * - `master`: it takes writes.
 */
export type Standing = "absent" | "unreadable" | "loading" | "idle" | "behind" | "inSync" | "master";

export function standingOf(server: ServerObservation, observation: Observation): Standing {
    const { container, redis, sentinel, gone } = server;
    if (sentinel) return "inSync";
    if (!redis) return !gone && hasProcess(container) ? "unreadable" : "absent";
    if (isLoading(redis)) return "loading";
    if (redis.role === "master") {
        return redis.cluster && redis.cluster.self.slots.length === 0 && redis.keys === 0 ? "idle" : "master";
    }
    return masterAbove(server, observation) ? "inSync" : "behind";
}

/** The master whose writes reach a replica now, through however many others; undefined when a link on the way is down. */
function masterAbove(server: ServerObservation, observation: Observation): ServerObservation | undefined {
    return wayUp(server, observation)?.at(-1);
}

/** The servers through which a replica gets its data, its master last; undefined when a link on the way is down. */
export function wayUp(server: ServerObservation, observation: Observation): ServerObservation[] | undefined {
    const way: ServerObservation[] = [];
    let current = server;
    while (current.redis?.role === "replica" && current.redis.linkUp) {
        const above = followed(current, observation);
        if (!above || above === server || way.includes(above)) return undefined;
        way.push(above);
        current = above;
    }
    return current.redis?.role === "master" && !isLoading(current.redis) ? way : undefined;
}

/** Whom a replica follows, among the observed servers. */
function followed({ redis }: ServerObservation, observation: Observation): ServerObservation | undefined {
    const masterId = redis?.cluster?.self.replicaOf;
    if (masterId) return observation.find((other) => other.redis?.cluster?.id === masterId);
    const servers = observation.filter(({ kind }) => kind !== "sentinel");
    return serverAt(servers, redis?.following);
}

/** The declared replicas that receive what a master takes. */
export function copiesOf(master: ServerObservation, observation: Observation): ServerObservation[] {
    return observation.filter(
        (server) => server.declared && server !== master && masterAbove(server, observation) === master,
    );
}

/** Whether a server does what it is there for: it is a copy or a master, or a Sentinel with a quorum if it watches any. */
export function isOfUse(model: Model, server: ServerObservation, observation: Observation): boolean {
    const standing = standingOf(server, observation);
    if (server.kind === "sentinel")
        return server.sentinel?.watch?.quorumCheck.startsWith("OK") ?? standing === "inSync";
    // A new shard has no slots before convergence gives it some.
    if (standing === "idle") return !masterInShard(model, server, observation);
    return standing === "inSync" || standing === "master";
}

/** Whether nothing is lost with a server's container: others have what it has, and receive what is written. */
export function isReplaceable(model: Model, server: ServerObservation, observation: Observation): boolean {
    const standing = standingOf(server, observation);
    if (standing === "behind") return masterInShard(model, server, observation);
    return ["absent", "idle", "inSync"].includes(standing);
}

/** Whether the master of a server's shard answers: then a replica without a link holds nothing more. */
export function masterInShard(model: Model, server: ServerObservation, observation: Observation): boolean {
    const shard = rootOf(model, server.node);
    return observation.some(
        (other) =>
            other.declared &&
            other.kind !== "sentinel" &&
            rootOf(model, other.node) === shard &&
            standingOf(other, observation) === "master",
    );
}

/** The declared master above a node. */
export function rootOf(model: Model, name: string): string {
    const { replicaOf } = model.nodes.find((node) => node.name === name) ?? {};
    return replicaOf ? rootOf(model, replicaOf) : name;
}

/** What is seen of a server that is not of use now, in words. */
export function describeStanding(server: ServerObservation, standing: Standing): string {
    const { container, problem, redis } = server;
    switch (standing) {
        case "absent":
            return container ? `its container ${container.state}` : "no container";
        case "unreadable":
            return container?.state === "paused"
                ? `its container paused; docker unpause ${container.name} lets it go on`
                : `a container that runs and does not answer (${problem ?? "nothing"})`;
        case "loading":
            return `it loading its data, ${redis?.loadedBytes ?? 0} bytes so far`;
        case "behind":
            return redis && redis.syncBytesLeft > 0
                ? `a full synchronisation with ${redis.syncBytesLeft} bytes to come`
                : "its link to its master down";
        case "idle":
            return "it holding nothing and following nobody";
        case "inSync":
            return "it in sync";
        case "master":
            return "it a master";
    }
}
