import type { Action, Trace } from "../actions";

/** Runs of a trace after which it is small enough. */
const mostTries = 3_000;

/** A failure: what is tried, and by which schedule. */
export interface Case {
    trace: Trace;
    schedule: number;
}

/**
 * Makes a failing case smaller: without actions, without faults, with simpler changes and starts, striking earlier.
 * @param failure what a case fails with, without what differs from run to run; undefined when it does not
 */
export function shrink(first: Case, failure: (candidate: Case) => string | undefined): Case {
    const wanted = failure(first);
    let best = first;
    let tries = 0;
    for (let smaller = true; smaller && tries < mostTries; ) {
        smaller = false;
        for (const candidate of candidates(best)) {
            if (++tries > mostTries) break;
            if (failure(candidate) !== wanted) continue;
            best = candidate;
            smaller = true;
            break;
        }
    }
    return best;
}

function* candidates({ trace, schedule }: Case): Generator<Case> {
    const { actions, start } = trace;
    // What is left open is decided anew by each schedule: a smaller trace may need another one.
    for (const smaller of traces(trace)) {
        yield { trace: smaller, schedule };
        for (let other = 0; other < 6; other++) yield { trace: smaller, schedule: other };
    }
    if (schedule > 40 || schedule < 0)
        for (let other = 0; other < 20; other++) yield { trace: { ...trace, actions, start }, schedule: other };
}

function* traces(trace: Trace): Generator<Trace> {
    const { actions, start } = trace;
    for (let at = 0; at < actions.length; at++) yield { ...trace, actions: actions.filter((_, index) => index !== at) };
    const replaced = (at: number, action: Action) => ({
        ...trace,
        actions: actions.map((one, index) => (index === at ? action : one)),
    });
    for (const [at, action] of actions.entries()) {
        const { change, fault, step } = action;
        if (fault) yield replaced(at, { change, step: 0 });
        if (change.kind !== "nothing") yield replaced(at, { ...action, change: { kind: "nothing" } });
        if (step > 0)
            for (const less of new Set([0, step >> 1, step - 1])) yield replaced(at, { ...action, step: less });
    }
    if (start.replicas > 1) yield { ...trace, start: { ...start, replicas: start.replicas - 1 } };
    if (trace.shape === "cluster" && start.shards > 1)
        yield { ...trace, start: { ...start, shards: start.shards - 1 } };
    if (start.persistence.length > 1) {
        for (const word of new Set(start.persistence)) yield { ...trace, start: { ...start, persistence: [word] } };
    }
}
