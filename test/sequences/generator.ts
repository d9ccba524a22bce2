import { Persistence } from "../../redis/declaration/arguments";
import {
    type Action,
    allPairs,
    type Change,
    canChange,
    changeKinds,
    type Fault,
    faultKinds,
    handiworks,
    type Pair,
    pairOf,
    passwordUsers,
    type Shape,
    type Start,
    shapes,
    type Trace,
} from "./actions";
import { changed, type Declaration, declarationOf } from "./declaration";
import { Random } from "./random";

/** Which traces are made. */
export interface Kinds {
    /** The most actions of one trace. */
    actions: number;
    shapes?: readonly Shape[];
    /** How servers keep their data at the start. */
    keepings?: readonly Persistence[][];
    /** How many replicas a tree has at the start. */
    replicas?: readonly number[];
    changes?: readonly Change["kind"][];
    faults?: readonly Fault["kind"][];
}

/**
 * The traces of a seed, without end: each next one tries the pairs of a change and a fault that were tried least so far. The
 * same seed always gives the same traces, so that seed and number are all that is needed to try one again.
 */
export function* traces(seed: number, kinds: Kinds): Generator<Trace, never> {
    const tried = new Map<Pair, number>(allPairs().map((pair) => [pair, 0]));
    for (let number = 0; ; number++) {
        const random = new Random(Math.imul(seed, 0x9e3779b1) + number);
        const trace = traceOf(random, tried, kinds);
        yield trace;
    }
}

/** The first number of traces that try one pair each. */
const ofOnePair = 100_000;
/** How many traces there are of each pair. */
const tries = 10;

/**
 * Numbers of traces that try one pair each, whose fault strikes at the first step: for pairs that others were to try, and whose
 * fault never came to strike.
 */
export function numbersOf(pair: Pair): number[] {
    const first = ofOnePair + allPairs().indexOf(pair) * tries;
    return Array.from({ length: tries }, (_, at) => first + at);
}

function traceOfPair(seed: number, number: number): Trace {
    const at = number - ofOnePair;
    const pair = allPairs()[Math.floor(at / tries)];
    const [, change, fault, shape] = /^(\w+) x (\w+) \((\w+)\)$/.exec(pair ?? "") ?? [];
    if (!change || !fault || !shape) throw new RangeError(`there is no trace ${number}`);
    const kinds = {
        actions: 1,
        shapes: [shape as Shape],
        changes: [change as Change["kind"]],
        ...(fault === "none" ? {} : { faults: [fault as Fault["kind"]] }),
    };
    for (let other = 0; ; other++) {
        const trace = traces(seed + number * tries + other, kinds).next().value;
        const [action] = trace.actions;
        if (action && pairOf(trace.shape, action) === pair) return { ...trace, actions: [{ ...action, step: 0 }] };
    }
}

/** The trace of a seed with a number. */
export function traceAt(seed: number, number: number, kinds: Kinds): Trace {
    if (number >= ofOnePair) return traceOfPair(seed, number);
    const all = traces(seed, kinds);
    for (let at = 0; at < number; at++) all.next();
    return all.next().value;
}

function traceOf(random: Random, tried: Map<Pair, number>, kinds: Kinds): Trace {
    const shape = leastTriedShape(random, tried, kinds.shapes ?? shapes);
    const start = startOf(random, shape, kinds);
    const actions: Action[] = [];
    let declaration = declarationOf(shape, start);
    for (let left = 1 + Math.floor(random.fraction() * kinds.actions); left > 0; left--) {
        const action = actionOf(random, declaration, tried, kinds);
        const pair = pairOf(declaration.shape, action);
        tried.set(pair, (tried.get(pair) ?? 0) + 1);
        declaration = changed(declaration, action.change);
        actions.push(action);
    }
    return { shape, start, actions };
}

function leastTriedShape(random: Random, tried: Map<Pair, number>, among: readonly Shape[]): Shape {
    const average = (shape: Shape) => {
        const counts = [...tried].flatMap(([pair, count]) => (pair.endsWith(`(${shape})`) ? [count] : []));
        return counts.reduce((sum, count) => sum + count, 0) / counts.length;
    };
    return random.weighted(among, (shape) => 1 / (0.05 + average(shape)) ** 2);
}

function startOf(random: Random, shape: Shape, kinds: Kinds): Start {
    // Memory is what is lost most easily.
    const persistence = random.weighted(kinds.keepings ?? keepings, (words) =>
        words.length === 1 && words[0] === "none" ? 3 : 1,
    );
    const image = random.fraction() < 0.75 ? "7.0" : "8.0";
    if (shape === "cluster") {
        const shards = random.weighted([2, 3]);
        // Only a shard with more than one replica can do without one.
        const replicas = shards === 2 ? random.weighted([1, 2], (count) => 3 - count) : 1;
        return { shards, replicas, persistence, image };
    }
    const replicas = random.weighted(kinds.replicas ?? [0, 1, 2, 3], (count) => (count === 2 ? 3 : 1));
    return { shards: 1, replicas, persistence: replicas === 0 ? ["aof"] : persistence, image };
}

const keepings: Persistence[][] = [
    ["none"],
    ["aof"],
    ["rdb"],
    ["none", "aof"],
    ["aof", "none"],
    ["aof", "rdb", "none"],
];

/** Whether data is lost by design: of a server that is alone and keeps nothing, with its next start. */
const isLost = ({ servers }: Declaration): boolean => servers.length === 1 && servers[0]?.persistence === "none";

function actionOf(random: Random, declaration: Declaration, tried: Map<Pair, number>, kinds: Kinds): Action {
    const candidates = changeKinds
        .filter((kind) => canChange(declaration.shape, kind) && (kinds.changes ?? changeKinds).includes(kind))
        .map((kind) => changeOf(random, kind))
        .filter((change) => change.kind === "nothing" || changed(declaration, change) !== declaration)
        .filter((change) => !isLost(changed(declaration, change)))
        // Of those that are asked for there may be none now.
        .concat(kinds.changes ? [{ kind: "nothing" }] : [])
        .flatMap((change) => [undefined, ...(kinds.faults ?? faultKinds)].map((fault) => ({ change, fault })));
    const { change, fault } = random.weighted(candidates, ({ change, fault }) => {
        const pair: Pair = `${change.kind} x ${fault ?? "none"} (${declaration.shape})`;
        return 1 / (1 + 4 * (tried.get(pair) ?? 0)) ** 2;
    });
    return {
        change,
        ...(fault ? { fault: faultOf(random, fault, declaration.shape) } : {}),
        // Most is done in the first steps; of some changes there are no more.
        step: Math.floor(random.fraction() ** 2 * 12),
    };
}

const someone = (random: Random) => Math.floor(random.fraction() * 8);

/** A change of a kind. */
export function changeOf(random: Random, kind: Change["kind"]): Change {
    switch (kind) {
        case "password":
            // Of Sentinels there may be none.
            return { kind, user: random.weighted(passwordUsers, (user) => (user === "sentinel" ? 0.5 : 1)) };
        case "addReplica":
            return { kind, below: someone(random) };
        case "removeReplica":
        case "promote":
        case "rename":
        case "port":
        case "nodeSetting":
        case "drain":
            return { kind, server: someone(random) };
        case "removeShard":
            return { kind, shard: someone(random) };
        case "persistence":
            return { kind, words: [0, 1].map(() => random.weighted(Object.values(Persistence))) };
        default:
            return { kind } as Change;
    }
}

/** How long what lasts may last, in milliseconds: shorter and longer than others wait before they promote somebody. */
const durations = [300, 800, 1_500, 7_000];

/** A fault of a kind. */
export function faultOf(random: Random, kind: Fault["kind"], shape: Shape, among = durations): Fault {
    // The master is whom most depends on.
    const server = random.fraction() < 0.4 ? 0 : someone(random);
    const ms = random.weighted(among);
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
            // Of two servers that are not the same one, however they are counted.
            return { kind, server, other: server + 1, ms };
        case "killUp":
            return { kind, ms: Math.floor(random.fraction() * 60) };
        case "byHand": {
            const all = handiworks.filter((what) => what !== "forget" || shape === "cluster");
            return { kind, what: random.weighted(all), server };
        }
        default:
            return { kind };
    }
}
