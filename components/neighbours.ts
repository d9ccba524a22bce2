import type { Claim, Neighbour } from "../redis/model/claims";
import { currentRun } from "./sdk";

/** The deployments of each run of a program: one process may run a program several times. */
const runs = new WeakMap<object, Neighbour[]>();

/** Notes what a deployment claims, for the others of its program; returns the others, also those that come later. */
export function besides(name: string, claims: readonly Claim[]): () => readonly Neighbour[] {
    const run = currentRun();
    if (!run) return () => [];
    const all = runs.get(run) ?? [];
    const own: Neighbour = { name, claims };
    all.push(own);
    runs.set(run, all);
    return () => all.filter((other) => other !== own);
}
