import { specification } from "../../model/containerSpecification";
import { allNodes, hostOf, type Model, type NodeModel, present } from "../../model/model";
import type { Observation, ServerObservation } from "../../state/observation";
import { copiesOf, masterInShard, rootOf, type Standing, standingOf, wayUp } from "./standing";

/**
 * Servers whose containers may be replaced at the same time.
 * - `absent`: nobody depends on them, or they are new.
 * - `behind`: replicas that receive nothing while their master is there: they are no copy that could be missed.
 * - `canary`: the first server that works, alone.
 * - `replicas`: at most one of each shard.
 * - `masters`: each hands over to a replica before its own turn.
 * - `alone`: one master that nobody can stand in for.
 * - `sentinel`: one Sentinel, so that the others keep their quorum.
 */
export interface Wave {
    kind: "absent" | "behind" | "canary" | "replicas" | "masters" | "alone" | "sentinel";
    nodes: string[];
}

/**
 * The next containers that may be replaced, by what the servers are now and not by what is declared or foreseen: never two
 * copies of the same data at once, masters after everybody else. Undefined when none is left, or when those that are left
 * have to be waited for.
 *
 * @param left names of the servers and Sentinels whose turn has not come yet; those on lost hosts are not among them
 * @param tried whether a server that worked has been through it
 * @param due names of those whose containers will be replaced, as far as that is known: a master among them waits until one
 * of its replicas can stand in for it, if it has any
 */
export function nextWave(
    model: Model,
    observation: Observation,
    left: ReadonlySet<string>,
    tried: boolean,
    due: ReadonlySet<string>,
): Wave | undefined {
    const waiting = observation.filter(({ declared, node }) => declared && left.has(node));
    const servers = waiting.filter(({ kind }) => kind !== "sentinel");
    const of = (...standings: Standing[]) =>
        servers.filter((server) => standings.includes(standingOf(server, observation)));

    const absent = of("absent", "idle");
    if (absent.length > 0) return wave("absent", absent);
    const behind = of("behind").filter((server) => masterInShard(model, server, observation));
    if (behind.length > 0) return wave("behind", behind);
    const replicas = outermostOfEachShard(of("inSync"), observation);
    if (replicas.length > 0) return tried ? wave("replicas", replicas) : wave("canary", replicas.slice(0, 1));
    const masters = of("master");
    const replaceable = masters.filter((master) => copiesOf(master, observation).length > 0);
    if (replaceable.length > 0) return wave("masters", replaceable);
    const alone = masters.find(({ node }) => !due.has(node) || !hasReplicas(model, node));
    if (alone) return wave("alone", [alone]);
    if (servers.length > 0) return undefined;
    return waiting.length > 0 ? wave("sentinel", waiting.slice(0, 1)) : undefined;
}

function wave(kind: Wave["kind"], servers: ServerObservation[]): Wave {
    return { kind, nodes: servers.map(({ node }) => node) };
}

/** Whether other servers of its shard are declared, on hosts that are there. */
export function hasReplicas(model: Model, name: string): boolean {
    const shard = rootOf(model, name);
    return present(model).some((node) => node.name !== name && rootOf(model, node.name) === shard);
}

/** Of the replicas of each master the one that is furthest from it: no other one gets its data through that. */
function outermostOfEachShard(replicas: ServerObservation[], observation: Observation): ServerObservation[] {
    const chosen = new Map<ServerObservation | undefined, { replica: ServerObservation; steps: number }>();
    for (const replica of replicas) {
        const way = wayUp(replica, observation) ?? [];
        const known = chosen.get(way.at(-1));
        if (!known || way.length > known.steps) chosen.set(way.at(-1), { replica, steps: way.length });
    }
    return [...chosen.values()].map(({ replica }) => replica);
}

/** The declared servers that run in a container which is not what is declared: its replacement is foreseen. */
export function outdated(model: Model, observation: Observation): string[] {
    return nodesOf(model).flatMap((node) => {
        const found = observation.find((server) => server.declared && server.node === node.name)?.container;
        return found && found.specification !== specification(model, node) ? [node.name] : [];
    });
}

/** Every server and Sentinel whose host is not lost. */
export function nodesOf(model: Model): NodeModel[] {
    return allNodes(model).filter(({ host }) => !hostOf(model, host).down);
}
