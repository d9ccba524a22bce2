import type { Persistence } from "../../../redis/arguments";
import {
    type Action,
    type Change,
    canChange,
    changeKinds,
    type Fault,
    faultKinds,
    handiworks,
    replacesServers,
    type Shape,
    type Trace,
} from "../actions";
import type { Random } from "./random";

const words: Persistence[] = ["aof", "rdb", "aof+rdb", "none"];
/** Steps of an update before which faults strike: most updates have no more. */
const mostSteps = 40;

/** A trace of any kind, for a shape. */
export function generate(random: Random, shape: Shape, faults: readonly Fault["kind"][] = faultKinds): Trace {
    const persistence = () => Array.from({ length: 1 + random.below(3) }, () => random.pick(words));
    const change = (): Change => {
        // Most can be lost where containers are replaced.
        const replacing = random.oneIn(3);
        const kinds = changeKinds.filter(
            // Servers in memory know each other by name, and have no ports.
            (kind): kind is Exclude<Change["kind"], "rename" | "port"> =>
                kind !== "rename" &&
                kind !== "port" &&
                canChange(shape, kind) &&
                (!replacing || replacesServers({ kind } as Change)),
        );
        const kind = random.pick(kinds);
        switch (kind) {
            case "password":
                return { kind, user: random.pick(["other", "replication", "health"] as const) };
            case "addReplica":
                return { kind, below: random.below(4) };
            case "removeReplica":
            case "promote":
            case "nodeSetting":
                return { kind, server: random.below(6) };
            case "removeShard":
                return { kind, shard: random.below(4) };
            case "persistence":
                return { kind, words: persistence() };
            default:
                return { kind };
        }
    };
    const fault = (): Fault | undefined => {
        if (faults.length === 0 || random.oneIn(4)) return undefined;
        const kind = random.pick(faults);
        const server = random.below(8);
        const ms = 200 * random.below(40);
        switch (kind) {
            case "kill":
            case "wipe":
                return { kind, server };
            case "stop":
            case "cut":
            case "slow":
            case "oneWay":
                return { kind, server, ms };
            case "swap":
                return { kind, server, other: server + 1, ms };
            case "killUp":
                return { kind, ms: 0 };
            case "byHand":
                return { kind, what: random.pick(handiworks), server };
            default:
                return { kind };
        }
    };
    const actions = Array.from({ length: 1 + random.below(4) }, (): Action => {
        const one = fault();
        return {
            change: change(),
            ...(one ? { fault: one } : {}),
            step: random.below(random.oneIn(2) ? 12 : mostSteps),
        };
    });
    const start = {
        replicas: shape === "cluster" ? random.below(3) : 1 + random.below(3),
        shards: 2 + random.below(2),
        persistence: persistence(),
        image: "7.0" as const,
    };
    return { shape, start, actions };
}
