import { Kind, type TObject, type TSchema } from "@sinclair/typebox";
import { Errors, type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { nearest, suggestion } from "../nearest";
import { below } from "../path";
import type { Problem } from "../problem";
import { show } from "../show";
import type { Judge, SoundOf } from "./values";

/** A declaration as far as its values are what they have to be, and what is wrong with the rest. */
export interface Judged<Schema extends TSchema> {
    problems: Problem[];
    /** What is wrong is left out here. */
    sound: SoundOf<Schema>;
}

/**
 * Judges each value by itself: its type, bounds and form, and that there is a key of its name.
 * @param elsewhere keys that stand elsewhere, and may be meant
 */
export function judge<Schema extends TObject>(
    schema: Schema,
    value: unknown,
    elsewhere: readonly string[] = [],
): Judged<Schema> {
    const wrong = new Map<string, Problem>();
    for (const error of Errors(schema, value)) {
        // The first one says most: what is no number has no bounds.
        if (wrong.has(error.path)) continue;
        const message = messageOf(error, error.schema === schema ? elsewhere : []);
        wrong.set(error.path, { path: pathOf(error.path, value), message });
    }
    return { problems: [...wrong.values()], sound: soundPart(schema, value, "", wrong) as SoundOf<Schema> };
}

function messageOf({ type, schema, path, value }: ValueError, elsewhere: readonly string[]): string {
    switch (type) {
        case ValueErrorType.ObjectAdditionalProperties:
            return unknownKey(segments(path).at(-1) as string, Object.keys(schema.properties), elsewhere);
        case ValueErrorType.ObjectRequiredProperty:
            return schema.missing;
        case ValueErrorType.Kind:
            return (schema.problem as Judge)(value) as string;
        default: {
            if (value === undefined && schema.missing) return schema.missing;
            const words: string[] = schema.anyOf?.map((word: { const: string }) => word.const) ?? [];
            const hint = typeof value === "string" ? suggestion(value, words) : "";
            return `Must be ${schema.must}, not ${show(value)}${hint}`;
        }
    }
}

/** Keys under which people look for passwords. */
const secretKeys = /^(password|passwords|secret|secure|auth|requirepass|masterauth)(\..*)?$/i;

function unknownKey(key: string, known: readonly string[], elsewhere: readonly string[]): string {
    const here = `There is no key ${show(key)}`;
    if (secretKeys.test(key)) return `${here}: passwords stand below a key of their own, \`passwords\`, by user`;
    // Redis writes its directives with hyphens.
    const camelCase = key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (known.includes(camelCase)) return `${here}; it is written ${camelCase}`;
    const meant = nearest(key, [...known, ...elsewhere]);
    return here + (meant ? `; did you mean ${meant}?` : `; the keys here are ${known.join(", ")}`);
}

// A JSON pointer, as the library writes it.
const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

const segments = (pointer: string): string[] =>
    pointer
        .split("/")
        .slice(1)
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

/** `nodes[1].port` for the JSON pointer `/nodes/1/port`. */
function pathOf(pointer: string, value: unknown): string {
    let path = "";
    let at = value;
    for (const part of segments(pointer)) {
        path = Array.isArray(at) ? `${path}[${part}]` : below(path, part);
        at = (at as Record<string, unknown> | undefined)?.[part];
    }
    return path;
}

/** The part of a value in which nothing is wrong; elements of lists keep their places. */
function soundPart(schema: TSchema, value: unknown, pointer: string, wrong: ReadonlyMap<string, Problem>): unknown {
    if (value === undefined || wrong.has(pointer)) return undefined;
    const inner = (key: string | number, of: TSchema) =>
        soundPart(of, (value as Record<string | number, unknown>)[key], `${pointer}/${key}`, wrong);
    if (schema[Kind] === "Object")
        return Object.fromEntries(Object.entries<TSchema>(schema.properties).map(([key, of]) => [key, inner(key, of)]));
    if (schema[Kind] === "Array") return Array.from(value as unknown[], (_, index) => inner(index, schema.items));
    if (schema[Kind] === "Record")
        return Object.fromEntries(
            Object.entries(value as object).filter(([key]) => !wrong.has(`${pointer}/${escaped(key)}`)),
        );
    return value;
}
