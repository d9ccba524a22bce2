import { Kind, type TObject, type TSchema } from "@sinclair/typebox";
import { besideSchema, deploymentSchema } from "../../redis/declaration/schema/schema";
import { defaultOf, flow, type Key, keysOf, objectsIn, wordsOf } from "./schemaText";

const head = `<!-- Generated from redis/declaration/schema/schema.ts by \`npm run generate\`. -->

# Configuration

Every key that a stack file may hold below \`redis:\`, and every argument of a \`Deployment\`. Editors with a YAML language server
complete these keys in stack files, and mark mistakes: the first line of a stack file names the schema.

What is wrong in a stack file is named in one error, before anything is touched.
`;

/** The page with a table for each object of the declaration. */
export function keysTable(): string {
    const [deployment, ...others] = objectsIn(deploymentSchema) as [TObject, ...TObject[]];
    const inner = others.map((schema) => `## ${titleOf(schema)}\n\n${schema.description}\n\n${table(schema)}`);
    return [
        head,
        `## The deployment\n\n${table(deployment)}`,
        ...inner,
        `## Beside the declaration\n\nThese keys stand in a stack file only. A program gives them to \`new Deployment\` as arguments of the same names.\n\n${table(besideSchema)}`,
    ].join("\n");
}

/** \`HostArguments\` is the title \`Host\`. */
const titleOf = (schema: TObject): string =>
    (schema.interfaceName as string)
        .replace(/Arguments$/, "")
        .replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

function table(schema: TObject): string {
    const rows = keysOf(schema).map(
        (key) =>
            `| \`${key.name}\` | ${cell(typeOf(key.schema))} | ${cell(defaultCell(key))} | ${cell(meaningOf(key.schema))} |`,
    );
    return ["| key | value | default | meaning |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

function defaultCell(key: Key): string {
    const value = defaultOf(key);
    if (value === undefined) return "*needed*";
    return key.schema.defaultIs || value === "none" ? value : `\`${value}\``;
}

function meaningOf(schema: TSchema): string {
    const examples = (schema.examples as unknown[] | undefined)?.map((one) => `\`${flow(one)}\``);
    return [
        schema.description,
        ...wordsOf(schema).map(({ word, meaning }) => `\`${word}\`: ${meaning}`),
        ...(examples ? [`Example: ${examples.join(", ")}.`] : []),
    ].join(" ");
}

function typeOf(schema: TSchema): string {
    const words = wordsOf(schema);
    if (words.length > 0) return words.map(({ word }) => `\`${word}\``).join(" or ");
    if (schema.interfaceName) return `[${titleOf(schema as TObject)}](#${anchor(schema as TObject)})`;
    switch (schema[Kind]) {
        case "Array":
            return `list: ${typeOf(schema.items)}`;
        case "Record":
            return "object";
        case "Integer":
            return `whole number, ${schema.minimum}${schema.maximum === undefined ? " or more" : ` to ${schema.maximum}`}`;
        case "Boolean":
            return "`true` or `false`";
        default:
            return "text";
    }
}

const anchor = (schema: TObject): string => titleOf(schema).toLowerCase().replaceAll(" ", "-");
