import { Persistence } from "../../../redis/declaration/arguments";
import {
    type Action,
    type Change,
    canChange,
    changeKinds,
    type Fault,
    faultKinds,
    replacesServers,
    type Shape,
    type Trace,
} from "../actions";
import { changeOf, faultOf } from "../generator";
import type { Random } from "../random";

/** Steps of an update before which faults strike: most updates have no more. */
const mostSteps = 40;
/** How long what lasts may last, in milliseconds. */
const durations = Array.from({ length: 40 }, (_, at) => 200 * at);

/** A trace of any kind, for a shape. It depends on no other one: there are so many that all pairs are among them. */
export function generate(random: Random, shape: Shape, faults: readonly Fault["kind"][] = faultKinds): Trace {
    const actions = Array.from({ length: 1 + random.below(4) }, (): Action => {
        const change = changeOf(random, random.pick(random.oneIn(3) ? replacing(shape) : changes(shape)));
        const fault =
            faults.length > 0 && !random.oneIn(4) ? faultOf(random, random.pick(faults), shape, durations) : undefined;
        return { change, ...(fault ? { fault } : {}), step: random.below(random.oneIn(2) ? 12 : mostSteps) };
    });
    const start = {
        replicas: shape === "cluster" ? random.below(3) : 1 + random.below(3),
        shards: 2 + random.below(2),
        persistence: Array.from({ length: 1 + random.below(3) }, () => random.pick(Object.values(Persistence))),
        image: "7.0" as const,
    };
    return { shape, start, actions };
}

/** What is changed in memory, where servers know each other by name and have no ports. */
export const changesInMemory = changeKinds.filter((kind) => kind !== "rename" && kind !== "port");

const changes = (shape: Shape): Change["kind"][] => changesInMemory.filter((kind) => canChange(shape, kind));

/** Most can be lost where containers are replaced. */
const replacing = (shape: Shape): Change["kind"][] =>
    changes(shape).filter((kind) => replacesServers({ kind } as Change));
