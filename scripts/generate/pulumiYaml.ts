import { Kind, type TSchema } from "@sinclair/typebox";
import { besideSchema, deploymentSchema } from "../../redis/declaration/schema/schema";
import { defaultOf, flow, isObjectSchema, type Key, keysOf, wordsOf, wrapped } from "./schemaText";

const head = `# Generated below from redis/declaration/schema/schema.ts by \`npm run generate\`. Keys have no \`type\`: Pulumi would refuse a
# value of another one by itself, and say nothing of other mistakes.
config:
`;

/** Pulumi.yaml with the configuration section that the schema stands for; the rest of it stays as it is. */
export function pulumiYaml(present: string): string {
    const at = present.search(/^# (Generated below|Keys have no)/m);
    if (at < 0) throw new Error("Pulumi.yaml has no line any more at which its generated section begins");
    const keys = [...keysOf(deploymentSchema), ...keysOf(besideSchema)];
    return present.slice(0, at) + head + keys.map(entryOf).join("");
}

function entryOf(key: Key): string {
    const text = [...wrapped(sentences(key), "            ")].join("\n");
    return `    ${key.name}:\n        default: ${flow(emptyOr(key.schema))}\n        description: >-\n${text}\n`;
}

/** Pulumi.yaml cannot leave a key out, so that what is empty there stands for none. */
function emptyOr(schema: TSchema): unknown {
    if (schema.default !== undefined) return schema.default;
    if (schema[Kind] === "Array") return [];
    return schema.type === "object" ? {} : "";
}

function sentences(key: Key): string {
    const { schema } = key;
    const value = defaultOf(key);
    const words = wordsOf(schema).map(({ word, meaning }) => `${word}: ${meaning}`);
    const inner = isObjectSchema(schema) ? schema : schema[Kind] === "Array" ? (schema.items as TSchema) : undefined;
    const names = inner && isObjectSchema(inner) ? Object.keys(inner.properties) : [];
    return [
        schema.description,
        ...words,
        ...(names.length > 0 ? [`Keys: ${names.join(", ")} (docs/configuration.md).`] : []),
        ...(value === undefined ? [] : [`Default: ${value}.`]),
    ].join(" ");
}
