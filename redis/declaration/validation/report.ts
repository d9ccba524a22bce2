import type { Problem } from "../arguments";
import { suggestion } from "../nearest";

/** Takes what is wrong at a path; nothing when nothing is. */
export type Report = (path: string, message: string | undefined) => void;

/** A list that `report` fills. */
export function collect(): { problems: Problem[]; report: Report } {
    const problems: Problem[] = [];
    return {
        problems,
        report: (path, message) => {
            if (message) problems.push({ path, message });
        },
    };
}

export type Fields = Record<string, unknown>;

/** Whether a value is an object with keys, and no list. */
export function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in a message: texts in quotes, what is nested only by its type. */
export function show(value: unknown): string {
    if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
    if (Array.isArray(value)) return "a list";
    if (value === undefined || value === null) return "nothing";
    if (typeof value === "object") return "an object";
    return typeof value === "number" || typeof value === "boolean" ? String(value) : `a value of type ${typeof value}`;
}

/** `a.b` and `a["b c"]`: keys that are no plain words stand in brackets. */
export function below(path: string, key: string): string {
    if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path ? `${path}.${key}` : key;
}

/** Keys under which people look for passwords. */
const secretKeys = /^(password|passwords|secret|secure|auth|requirepass|masterauth)(\..*)?$/i;

/**
 * Reports keys that are not known.
 * @param others keys that stand elsewhere, and may be meant
 */
export function checkKeys(
    path: string,
    fields: Fields,
    known: readonly string[],
    report: Report,
    others: readonly string[] = [],
): void {
    for (const key of Object.keys(fields)) {
        if (known.includes(key)) continue;
        const hint = secretKeys.test(key)
            ? ": passwords stand below a key of their own, `passwords`, by user"
            : suggestion(key, [...known, ...others]) || `; the keys here are ${known.join(", ")}`;
        report(below(path, key), `There is no key ${show(key)}${hint}`);
    }
}

/** Reports a value that is not one of a few words. Absent is fine. */
export function checkWord(path: string, value: unknown, words: readonly string[], report: Report): void {
    if (value === undefined || (words as readonly unknown[]).includes(value)) return;
    const hint = typeof value === "string" ? suggestion(value, words) : "";
    report(path, `Must be ${words.join(" or ")}, not ${show(value)}${hint}`);
}

/**
 * The elements of a list that are objects, with their paths; reports everything else. Absent is an empty list.
 * @param what in words: "nodes"
 */
export function checkList(
    path: string,
    value: unknown,
    what: string,
    report: Report,
): { path: string; fields: Fields }[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
        report(path, `Must be a list of ${what}, not ${show(value)}`);
        return [];
    }
    return Array.from(value, (element: unknown, index) => ({ path: `${path}[${index}]`, element })).flatMap((entry) => {
        if (isFields(entry.element)) return [{ path: entry.path, fields: entry.element }];
        report(entry.path, `Must be an object with keys, not ${show(entry.element)}`);
        return [];
    });
}

/** Reports every value that an earlier element of a list has as well; elements without a value count as different. */
export function checkDistinct(
    entries: readonly { path: string; value: string | undefined }[],
    message: (value: string, earlier: string) => string,
    report: Report,
): void {
    const seen = new Map<string, string>();
    for (const { path, value } of entries) {
        if (value === undefined) continue;
        const earlier = seen.get(value);
        if (earlier === undefined) seen.set(value, path);
        else report(path, message(value, earlier));
    }
}

/**
 * Why Docker or DNS would refuse a name, or undefined: it becomes part of the names of containers and volumes, and the
 * name of a server on its network.
 */
export function nameProblem(value: unknown): string | undefined {
    if (value === undefined || value === "") return "A name is missing; letters, digits and hyphens would do";
    if (typeof value !== "string") return `Must be a text, not ${show(value)}`;
    if (value.length > 63) return `${show(value)} is longer than 63 characters, the most that DNS carries`;
    if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(value)) {
        return `${show(value)} may hold only letters, digits and hyphens, and no hyphen at either end`;
    }
    // Resolvers read such names as IPv4 addresses.
    if (/^(\d+|0x[0-9a-f]*)$/i.test(value)) return `${show(value)} would be read as an address; add a letter`;
    if (value.toLowerCase() === "localhost") return `${show(value)} means every server to itself; choose another name`;
    return undefined;
}
