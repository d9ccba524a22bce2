import { Kind, OptionalKind, type TObject, type TSchema } from "@sinclair/typebox";

/** What the schema of the declaration says of one key, in the words of whoever reads it. */
export interface Key {
    name: string;
    schema: TSchema;
    isOptional: boolean;
}

/** The keys of an object, in their order. */
export const keysOf = (schema: TObject): Key[] =>
    Object.entries<TSchema>(schema.properties).map(([name, of]) => ({
        name,
        schema: of,
        isOptional: OptionalKind in of,
    }));

/** The words that a value is one of, each with what it means. */
export const wordsOf = (schema: TSchema): { word: string; meaning: string }[] =>
    schema[Kind] === "Union"
        ? (schema.anyOf as TSchema[]).map((one) => ({ word: one.const, meaning: one.description as string }))
        : [];

export const isObjectSchema = (schema: TSchema): schema is TObject => schema[Kind] === "Object";

/** The objects that values of a schema hold, itself first, each once. */
export function objectsIn(schema: TSchema): TObject[] {
    const inner = isObjectSchema(schema)
        ? Object.values<TSchema>(schema.properties)
        : schema[Kind] === "Array"
          ? [schema.items as TSchema]
          : [];
    const all = [...(isObjectSchema(schema) ? [schema] : []), ...inner.flatMap(objectsIn)];
    return [...new Map(all.map((one) => [one.interfaceName, one])).values()];
}

/** What holds where a key is left out, or undefined where it must not be. */
export function defaultOf({ schema, isOptional }: Key): string | undefined {
    if (schema.defaultIs) return schema.defaultIs;
    if (schema.default !== undefined) return flow(schema.default);
    return isOptional ? "none" : undefined;
}

/** A value as one would write it in a stack file: `[{ name: local }]`. */
export function flow(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
    if (typeof value === "object" && value !== null) {
        const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
        return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
    }
    return typeof value === "string" && !/^[\w.:/-]+$/.test(value) ? JSON.stringify(value) : String(value);
}

/** Lines of a text that are no wider than a page with its margin. */
export function wrapped(text: string, margin: string, width = 120): string[] {
    const lines: string[] = [];
    let line = margin;
    for (const word of text.split(" ")) {
        if (line !== margin && line.length + word.length + 1 > width) {
            lines.push(line);
            line = margin;
        }
        line += line === margin ? word : ` ${word}`;
    }
    return [...lines, line];
}
