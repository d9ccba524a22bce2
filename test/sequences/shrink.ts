import type { Action, Trace } from "./actions";

/**
 * The smallest that is found to fail still.
 *
 * @param smaller what is a bit smaller, that first which is smaller by most
 * @param fails whether one fails; asked again and again
 * @param enough whether no more is to be tried
 */
export async function shrunk<T>(
    first: T,
    smaller: (than: T) => Iterable<T>,
    fails: (one: T) => boolean | Promise<boolean>,
    enough: () => boolean,
): Promise<T> {
    let smallest = first;
    for (let found = true; found; ) {
        found = false;
        for (const one of smaller(smallest)) {
            if (enough()) return smallest;
            if (!(await fails(one))) continue;
            smallest = one;
            found = true;
            break;
        }
    }
    return smallest;
}

/** Traces that are a bit smaller: without actions, then without faults, then with plainer changes and starts, struck earlier. */
export function smallerThan(trace: Trace): Trace[] {
    const { actions, start } = trace;
    const withActions = (changed: Trace["actions"]): Trace => ({ ...trace, actions: changed });
    const withStart = (changed: Partial<Trace["start"]>): Trace => ({ ...trace, start: { ...start, ...changed } });
    const without =
        actions.length > 1 ? actions.map((_, at) => withActions(actions.filter((_, other) => other !== at))) : [];
    const replaced = (at: number, action: Action) =>
        withActions(actions.map((one, other) => (other === at ? action : one)));
    const earlier = (step: number) => [step >> 1, step - 1].filter((less) => less > 0);
    return [
        // What fails is often the last one, and sometimes the last one alone.
        ...(actions.length > 2 ? [withActions(actions.slice(-1))] : []),
        ...without,
        ...actions.flatMap((action, at) => (action.fault ? [replaced(at, { change: action.change, step: 0 })] : [])),
        ...actions.flatMap((action, at) => (action.step > 0 ? [replaced(at, { ...action, step: 0 })] : [])),
        ...actions.flatMap((action, at) =>
            action.change.kind === "nothing" ? [] : [replaced(at, { ...action, change: { kind: "nothing" } })],
        ),
        ...(start.replicas > 1 ? [withStart({ replicas: start.replicas - 1 })] : []),
        ...(start.shards > 2 ? [withStart({ shards: start.shards - 1 })] : []),
        ...(start.persistence.length > 1 ? start.persistence.map((word) => withStart({ persistence: [word] })) : []),
        ...actions.flatMap((action, at) => earlier(action.step).map((step) => replaced(at, { ...action, step }))),
    ];
}
