import { Kind, type Static, type TProperties, type TSchema, Type, TypeRegistry } from "@sinclair/typebox";
import { show } from "../show";

/** What every value of a declaration says of itself, for people. */
export interface About {
    /** What it is, with its unit: whole sentences. */
    description: string;
    /** What holds where the key is left out. */
    default?: unknown;
    /** The same in words, where it follows from other keys. */
    defaultIs?: string;
    /** What an error says where the key is left out and must not be. */
    missing?: string;
    /** What a text looks like, for editors: a regular expression. */
    looksLike?: string;
    examples?: unknown[];
}

/** What is wrong with a value, in a sentence; undefined when nothing is. */
export type Judge = (value: unknown) => string | undefined;

const judged = "Judged";

// Texts of a domain have rules that a regular expression would not explain.
TypeRegistry.Set<TSchema & { problem: Judge }>(judged, ({ problem }, value) => problem(value) === undefined);

/** A text that a function judges, in the words of the error. */
export const text = (problem: Judge, about: About) =>
    Type.Unsafe<string>({ ...about, [Kind]: judged, type: "string", problem });

/** A whole number, both bounds included. */
export const whole = (minimum: number, maximum: number | undefined, about: About) =>
    Type.Integer({
        ...about,
        minimum,
        ...(maximum === undefined ? {} : { maximum }),
        must: `a whole number from ${minimum}${maximum === undefined ? "" : ` to ${maximum}`}`,
    });

export const flag = (about: About) => Type.Boolean({ ...about, must: "true or false" });

/** One of a few words, each with what it means. */
export const oneOf = <Word extends string>(words: Record<Word, string>, about: About & { enumName: string }) => {
    const entries = Object.entries<string>(words);
    return Type.Unsafe<Word>(
        Type.Union(
            entries.map(([word, description]) => Type.Literal(word, { description })),
            { ...about, must: entries.map(([word]) => word).join(" or ") },
        ),
    );
};

/**
 * A list of values.
 * @param of what it is a list of, in an error
 */
export const list = <Item extends TSchema>(item: Item, of: string, about: About) =>
    Type.Array(item, { ...about, must: `a list of ${of}` });

/** An object whose keys are known. */
export const object = <Properties extends TProperties>(
    properties: Properties,
    about: About & { interfaceName?: string },
) => Type.Object(properties, { ...about, additionalProperties: false, must: "an object with keys" });

/**
 * An object of any keys.
 * @param must what it has to be, in an error
 */
export const map = <Value extends TSchema>(value: Value, must: string, about: About) =>
    Type.Record(Type.String(), value, { ...about, must });

/** A value as it is, with other words for people. */
export const described = <Value extends TSchema>(value: Value, about: About): Value => ({ ...value, ...about });

/** A value that may be left out. */
export const optional = Type.Optional;

/** The values of a declaration in which anything may be absent: what was wrong there was reported. */
export type Sound<T> = T extends (infer Item)[]
    ? (Sound<Item> | undefined)[]
    : T extends object
      ? { [K in keyof T]?: Sound<T[K]> }
      : T;

export type SoundOf<Schema extends TSchema> = Sound<Static<Schema>>;

/** A text, whatever it says. */
export const isText: Judge = (value) => (typeof value === "string" ? undefined : `Must be a text, not ${show(value)}`);
