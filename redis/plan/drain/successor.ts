import { type Model, stays } from "../../model/model";
import type { Observation, ServerObservation } from "../../state/observation";
import { successorOf } from "../rollout/successor";
import type { Waiting } from "../waiting";

/** Who takes the place of a master whose host drains: a replica in sync on a host that stays; undefined while there is none. */
export function drainSuccessorOf(
    model: Model,
    master: ServerObservation,
    observation: Observation,
): ServerObservation | undefined {
    const away = model.nodes.filter((node) => !stays(model, node)).map(({ name }) => name);
    return successorOf(model, master, observation, new Set(away));
}

/** What is expected of a master that nobody can take the place of yet. */
export const successorExpectation = ({ node, host }: Pick<ServerObservation, "node" | "host">): Waiting => ({
    node,
    expected: `a replica of it in sync on a host that stays, since ${host} is draining`,
    seen: "none",
});
