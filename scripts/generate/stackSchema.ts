import { Kind, type TSchema } from "@sinclair/typebox";
import { besideSchema, deploymentSchema } from "../../redis/declaration/schema/schema";
import { flow, keysOf } from "./schemaText";

/** A value that Pulumi has encrypted. */
const encrypted = {
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
};

/** The JSON Schema of a stack file, by which editors complete keys and mark mistakes. */
export function stackSchema(project: string): string {
    const keys = [...keysOf(deploymentSchema), ...keysOf(besideSchema)];
    const definitions = Object.fromEntries(keys.map(({ name, schema }) => [name, forEditors(schema)]));
    const secret = { anyOf: [encrypted, { type: "object", additionalProperties: encrypted }] };
    for (const name of ["passwords", "previous"])
        definitions[name] = { description: definitions[name]?.description, ...secret };
    const schema = {
        $schema: "http://json-schema.org/draft-07/schema#",
        $comment: "Generated from redis/declaration/schema/schema.ts by `npm run generate`.",
        title: "A stack file of redis-on-docker",
        type: "object",
        properties: {
            config: {
                type: "object",
                properties: Object.fromEntries(
                    keys.flatMap(({ name }) =>
                        [`${project}:${name}`, name].map((key) => [key, { $ref: `#/definitions/${name}` }]),
                    ),
                ),
                patternProperties: { "^(pulumi|docker|command):": {} },
                additionalProperties: false,
            },
            environment: {},
            encryptionsalt: { type: "string" },
            encryptedkey: { type: "string" },
            secretsprovider: { type: "string" },
        },
        additionalProperties: false,
        definitions,
    };
    return `${JSON.stringify(schema, undefined, 4)}\n`;
}

/** What only errors and other generated files need is left out. */
function forEditors(schema: TSchema): Record<string, unknown> {
    const { description, default: value, defaultIs, examples, looksLike, type, minimum, maximum } = schema;
    const told = defaultIs ?? (value === undefined ? undefined : flow(value));
    const common = {
        ...(description ? { description: `${description}${told ? ` Default: ${told}.` : ""}` } : {}),
        ...(value === undefined ? {} : { default: value }),
        ...(examples ? { examples } : {}),
    };
    switch (schema[Kind]) {
        case "Object":
            return {
                ...common,
                type,
                properties: Object.fromEntries(
                    keysOf(schema as never).map(({ name, schema }) => [name, forEditors(schema)]),
                ),
                ...(schema.required ? { required: schema.required } : {}),
                additionalProperties: false,
            };
        case "Array":
            return { ...common, type, items: forEditors(schema.items) };
        case "Record": {
            const [inner] = Object.values<TSchema>(schema.patternProperties);
            return { ...common, type, additionalProperties: forEditors(inner as TSchema) };
        }
        case "Union":
            return { ...common, anyOf: schema.anyOf };
        default:
            return {
                ...common,
                ...(type ? { type } : {}),
                ...(looksLike ? { pattern: looksLike } : {}),
                ...(minimum === undefined ? {} : { minimum }),
                ...(maximum === undefined ? {} : { maximum }),
            };
    }
}
