import * as pulumi from "@pulumi/pulumi";
import { isObject } from "../redis/declaration/object";
import { below } from "../redis/declaration/path";
import type { Problem } from "../redis/declaration/problem";

const message =
    "Must be a plain value, known before anything is made: no output of a resource, and no secret. Only passwords may be such";

/**
 * A declaration without the outputs in it, and a problem for each. The types of TypeScript allow none; programs in other
 * languages, and in JavaScript, can hand over outputs everywhere.
 */
export function plainInputs<Declaration extends object>(
    declared: Declaration,
): { plain: Declaration; problems: Problem[] } {
    const problems: Problem[] = [];
    const plain = (value: unknown, path: string): unknown => {
        if (pulumi.Output.isInstance(value) || value instanceof Promise) {
            problems.push({ path, message });
            return undefined;
        }
        if (Array.isArray(value)) return value.map((item, index) => plain(item, `${path}[${index}]`));
        if (!isObject(value)) return value;
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, below(path, key))]));
    };
    return { plain: plain(declared, "") as Declaration, problems };
}
