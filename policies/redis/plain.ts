/**
 * Turns what the engine hands to a policy into plain data. A value that is known only after the update, or hidden, becomes
 * `UNKNOWN`; nothing here throws, whatever the shape.
 */

import { Secret } from "@pulumi/policy";

/** Stands for a value that is known only after the update, or hidden. */
export const UNKNOWN: unique symbol = Symbol("unknown");
export type Unknown = typeof UNKNOWN;

/** A value, its absence, or not known yet. */
export type Maybe<T> = T | undefined | Unknown;

/** Plain data with unknowns. */
export type Plain = string | number | boolean | undefined | Unknown | Plain[] | PlainRecord;
export interface PlainRecord {
    [key: string]: Plain;
}

/** The wire values for "not known yet", one for each type; @pulumi/policy keeps them in `proxy.js`, unexported. */
export const unknownSentinels: ReadonlySet<string> = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** What `pulumi policy analyze --file` has in place of a secret that it cannot read. */
export const redacted = "[secret]";

/** Deeper than any Docker property; what lies below is treated as unknown. */
const maximumDepth = 16;

/** Records that are copies already; nobody changes them. */
const copies = new WeakSet<object>();

/**
 * Copies a value. The engine's properties are proxies that throw when an unknown one is read, so they are read through
 * property descriptors, which are not intercepted.
 */
export function plain(value: unknown, depth = 0): Plain {
    if (typeof value === "string") {
        return unknownSentinels.has(value) || value === redacted ? UNKNOWN : value;
    }
    if (typeof value === "number" || typeof value === "boolean") {
        return value;
    }
    if (value === UNKNOWN) {
        return UNKNOWN;
    }
    if (typeof value !== "object" || value === null) {
        return undefined;
    }
    if (copies.has(value)) {
        return value as PlainRecord;
    }
    if (depth >= maximumDepth) {
        return UNKNOWN;
    }
    // In a remediation secrets stay wrapped.
    if (value instanceof Secret) {
        return plain(value.value, depth + 1);
    }
    if (Array.isArray(value)) {
        return Object.keys(value).map((key) => readKey(value, key, depth));
    }
    // A null prototype: a key such as `__proto__` stays a key.
    const copy: PlainRecord = Object.create(null);
    for (const key of Object.keys(value)) {
        copy[key] = readKey(value, key, depth);
    }
    copies.add(copy);
    return copy;
}

function readKey(value: object, key: string, depth: number): Plain {
    return plain(Object.getOwnPropertyDescriptor(value, key)?.value as unknown, depth + 1);
}

/** The value as text; numbers and booleans are written out; another shape counts as absent. */
export function asText(value: Plain): Maybe<string> {
    if (value === UNKNOWN || typeof value === "string") {
        return value;
    }
    return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** The value as a number; another shape counts as absent. */
export function asNumber(value: Plain): Maybe<number> {
    if (value === UNKNOWN || typeof value === "number") {
        return value;
    }
    return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
        ? Number(value)
        : undefined;
}

/** The value as a flag; another shape counts as absent. */
export function asFlag(value: Plain): Maybe<boolean> {
    if (value === UNKNOWN || typeof value === "boolean") {
        return value;
    }
    return value === "true" ? true : value === "false" ? false : undefined;
}

/** The value as a list; absent is empty. */
export function asList(value: Plain): Plain[] | Unknown {
    if (value === UNKNOWN) {
        return UNKNOWN;
    }
    return Array.isArray(value) ? value : [];
}

/** The value as a record; absent or another shape is empty. */
export function asRecord(value: Plain): PlainRecord | Unknown {
    if (value === UNKNOWN) {
        return UNKNOWN;
    }
    return typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** The value as a record; one that is not known yet is empty too. */
export function asKnownRecord(value: Plain): PlainRecord {
    const record = asRecord(value);
    return record === UNKNOWN ? {} : record;
}

/** Whether a value is there and known. */
export function known<T>(value: Maybe<T>): value is T {
    return value !== undefined && value !== UNKNOWN;
}

/** A list of which every element is text, known or not. */
export function asTexts(value: Plain): (string | Unknown)[] | Unknown {
    const list = asList(value);
    return list === UNKNOWN ? UNKNOWN : list.map(asText).filter((text): text is string | Unknown => text !== undefined);
}
