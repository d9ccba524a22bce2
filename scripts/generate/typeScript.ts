import { Kind, type TObject, type TSchema } from "@sinclair/typebox";
import { deploymentSchema } from "../../redis/declaration/schema/schema";
import { defaultOf, type Key, keysOf, objectsIn, wordsOf, wrapped } from "./schemaText";

const head = `// Generated from schema/schema.ts by \`npm run generate\`.

/**
 * What a user declares: plain data, as it stands in a stack file below \`redis:\`, or as the arguments of a \`Deployment\`.
 * Everything but passwords is plain, so that it can be judged whole before anything is touched.
 */

/** Directives of redis.conf by name: texts, numbers, yes or no, or a list with one line each. */
// biome-ignore lint/suspicious/noExplicitAny: the schema of a package for other languages has no word for several types.
export type Settings = Record<string, any>;
`;

/** The types of the declaration: interfaces and objects of words, which Pulumi makes SDKs of other languages from. */
export function typeScript(): string {
    const objects = objectsIn(deploymentSchema);
    const words = new Map(
        objects
            .flatMap(keysOf)
            .filter(({ schema }) => schema.enumName)
            .map(({ schema }) => [schema.enumName as string, schema]),
    );
    return [
        head,
        ...[...words].map(([name, schema]) => enumOf(name, schema)),
        ...objects.reverse().map(interfaceOf),
    ].join("\n");
}

function enumOf(name: string, schema: TSchema): string {
    return [
        ...comment(schema.description as string, ""),
        `export const ${name} = {`,
        ...wordsOf(schema).flatMap(({ word, meaning }) => [
            ...comment(meaning, "    "),
            `    ${pascalCase(word)}: ${JSON.stringify(word)},`,
        ]),
        "} as const;",
        `export type ${name} = (typeof ${name})[keyof typeof ${name}];`,
        "",
    ].join("\n");
}

const pascalCase = (word: string): string =>
    word
        .split(/\W/)
        .map((part) => (part[0] as string).toUpperCase() + part.slice(1))
        .join("");

function interfaceOf(schema: TObject): string {
    return [
        ...comment(schema.description as string, ""),
        `export interface ${schema.interfaceName} {`,
        ...keysOf(schema).flatMap((key) => [
            ...comment(sentences(key), "    "),
            `    ${key.name}${key.isOptional ? "?" : ""}: ${typeOf(key.schema)};`,
        ]),
        "}",
        "",
    ].join("\n");
}

function sentences(key: Key): string {
    const value = defaultOf(key);
    return `${key.schema.description}${value === undefined ? "" : ` Default: ${value}.`}`;
}

function typeOf(schema: TSchema): string {
    if (schema.enumName) return schema.enumName;
    if (schema.interfaceName) return schema.interfaceName;
    if (schema[Kind] === "Array") return `${typeOf(schema.items)}[]`;
    if (schema[Kind] === "Record") {
        const [value] = Object.values<TSchema>(schema.patternProperties);
        return value?.[Kind] === "Any" ? "Settings" : `Record<string, ${typeOf(value as TSchema)}>`;
    }
    return schema.type === "integer" ? "number" : schema.type;
}

function comment(text: string, margin: string): string[] {
    const line = `${margin}/** ${text} */`;
    if (line.length <= 120) return [line];
    return [`${margin}/**`, ...wrapped(text, `${margin} * `), `${margin} */`];
}
