import { isDeepStrictEqual } from "node:util";
import type { Registered } from "./registered";

/** How what a program registers differs after a change of it: type and name of each resource, and what of it has changed. */
export interface Difference {
    added: string[];
    gone: string[];
    changed: Record<string, string[]>;
}

/** Compares what Pulumi's providers are to make; components make nothing. */
export function difference(before: Registered[], after: Registered[]): Difference {
    const [were, are] = [made(before), made(after)];
    const changed = [...are].flatMap(([name, now]) => {
        const properties = differing(were.get(name), now);
        return properties.length > 0 ? [[name, properties] as const] : [];
    });
    return {
        added: [...are.keys()].filter((name) => !were.has(name)),
        gone: [...were.keys()].filter((name) => !are.has(name)),
        changed: Object.fromEntries(changed),
    };
}

const made = (all: Registered[]) =>
    new Map(all.filter(({ custom }) => custom).map((one) => [one.urn.replace(/^.*[$:/](?=\w+::)/, ""), one]));

/** Inputs and options that are not the same. */
function differing(before: Registered | undefined, after: Registered): string[] {
    if (!before) return [];
    const all = (one: Registered): Record<string, unknown> => ({ ...one.inputs, ...one.options });
    const [was, is] = [all(before), all(after)];
    return Object.keys({ ...was, ...is }).filter((key) => !isDeepStrictEqual(was[key], is[key]));
}
