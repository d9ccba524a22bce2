import type { Action, Trace } from "./actions";

/** A trace in one line. */
export function describeTrace({ shape, start, actions }: Trace): string {
    const size = shape === "cluster" ? `${start.shards} shards` : `${start.replicas} replicas`;
    return `${shape}, ${size}, ${start.persistence.join(" ")}, ${start.image}: ${actions.map(describeAction).join(", ")}`;
}

function describeAction({ change, fault, step }: Action): string {
    return fault ? `${change.kind} x ${fault.kind} at ${step}` : change.kind;
}
