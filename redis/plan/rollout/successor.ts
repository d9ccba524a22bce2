import type { Persistence } from "../../declaration/arguments";
import { type Model, nodeOf, stays } from "../../model/model";
import type { Observation, ServerObservation } from "../../state/observation";
import { copiesOf, wayUp } from "./standing";

/** How much of what is written survives a crash: a server that keeps it is a better master than one that does not. */
const durability: Record<Persistence, number> = { none: 0, rdb: 1, aof: 2, "aof+rdb": 2 };

/**
 * Who is to take a master's place: of the replicas in sync, one on a host that stays, then the one that keeps most of what is
 * written, then the nearest to the master, then the furthest in its stream.
 *
 * @param left names of the servers that must not, such as those whose own turn to be replaced has not come yet
 */
export function successorOf(
    model: Model,
    master: ServerObservation,
    observation: Observation,
    left: ReadonlySet<string>,
): ServerObservation | undefined {
    const rank = (server: ServerObservation) => [
        Number(stays(model, server)),
        durability[nodeOf(model, server.node).persistence],
        -(wayUp(server, observation)?.length ?? 0),
        server.redis?.offset ?? 0,
    ];
    const candidates = copiesOf(master, observation).filter(({ node }) => !left.has(node));
    return candidates.sort((a, b) => compare(rank(b), rank(a)))[0];
}

function compare(a: number[], b: number[]): number {
    return a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
