import type { Trace } from "./actions";

/**
 * The smallest trace that is found to fail still: actions are left out, then faults, then the start is made plainer.
 *
 * @param fails whether a trace fails; asked again and again, each time of real servers
 * @param enough whether no more is to be tried
 */
export async function shrunk(
    trace: Trace,
    fails: (trace: Trace) => Promise<boolean>,
    enough: () => boolean,
): Promise<Trace> {
    let smallest = trace;
    for (let found = true; found; ) {
        found = false;
        for (const smaller of smallerThan(smallest)) {
            if (enough()) return smallest;
            if (!(await fails(smaller))) continue;
            smallest = smaller;
            found = true;
            break;
        }
    }
    return smallest;
}

/** Traces that are a bit smaller, those first that leave out most. */
export function smallerThan(trace: Trace): Trace[] {
    const { actions, start } = trace;
    const withActions = (changed: Trace["actions"]): Trace => ({ ...trace, actions: changed });
    const withStart = (changed: Partial<Trace["start"]>): Trace => ({ ...trace, start: { ...start, ...changed } });
    const without =
        actions.length > 1 ? actions.map((_, at) => withActions(actions.filter((_, other) => other !== at))) : [];
    const replaced = (at: number, action: Trace["actions"][number]) =>
        withActions(actions.map((one, other) => (other === at ? action : one)));
    return [
        // What fails is often the last one, and sometimes the last one alone.
        ...(actions.length > 2 ? [withActions(actions.slice(-1))] : []),
        ...without,
        ...actions.flatMap((action, at) => (action.fault ? [replaced(at, { change: action.change, step: 0 })] : [])),
        ...actions.flatMap((action, at) => (action.step > 0 ? [replaced(at, { ...action, step: 0 })] : [])),
        ...(start.replicas > 1 ? [withStart({ replicas: start.replicas - 1 })] : []),
        ...(start.shards > 2 ? [withStart({ shards: start.shards - 1 })] : []),
        ...(start.persistence.length > 1 ? start.persistence.map((word) => withStart({ persistence: [word] })) : []),
    ];
}
