import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Static, TSchema } from "@sinclair/typebox";
import Ajv from "ajv";
import { parse } from "yaml";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { besideSchema, deploymentSchema } from "../../../redis/declaration/schema/schema";
import { validate } from "../../../redis/declaration/validation";
import { outdated } from "../../../scripts/generate/generated";
import { isObjectSchema, keysOf, objectsIn, wordsOf } from "../../../scripts/generate/schemaText";
import { root } from "../../../scripts/setup/paths";

const stackFiles = readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
const read = (name: string) => readFileSync(join(root, name), "utf8");

/** Every schema within one, itself included. */
const schemasIn = (schema: TSchema): TSchema[] => [
    schema,
    ...(isObjectSchema(schema) ? keysOf(schema).flatMap(({ schema }) => schemasIn(schema)) : []),
    ...(schema.items ? schemasIn(schema.items) : []),
];

describe("the schema of the declaration", () => {
    it("stands for the TypeScript types that programs use", () => {
        const fromSchema = (declared: Static<typeof deploymentSchema>): DeploymentArguments => declared;
        const fromTypes = (declared: DeploymentArguments): Static<typeof deploymentSchema> => declared;
        assert.equal(fromSchema, fromSchema);
        assert.equal(fromTypes, fromTypes);
    });

    it("stands in every file that is made from it", () => {
        assert.deepEqual(
            outdated().map(({ path }) => path),
            [],
        );
    });

    it("has whole sentences for every key and word, and says what holds where a key is left out", () => {
        for (const { name, schema, isOptional } of [...objectsIn(deploymentSchema), besideSchema].flatMap(keysOf)) {
            for (const { description } of schemasIn(schema)) assert.match(description ?? "", /^[A-Z`].*[.]$/, name);
            for (const { word, meaning } of wordsOf(schema)) assert.match(meaning, /^[A-Z].*[.]$/, word);
            if (isOptional) assert.ok(schema.default !== undefined || schema.defaultIs, `${name} has no default`);
            else assert.match(schema.missing, /missing/, name);
        }
    });

    it("has examples that it takes", () => {
        for (const { name, schema } of keysOf(deploymentSchema)) {
            for (const value of (schema.examples as unknown[] | undefined) ?? []) {
                const found = validate({ image: "redis:8", nodes: [{ name: "a", port: 1 }], [name]: value });
                // What belongs to another topology is said in other words.
                assert.ok(
                    found.every(({ message }) => message.startsWith("Belongs to")),
                    JSON.stringify(found),
                );
            }
        }
    });
});

describe("the schema for editors", () => {
    const ajv = new Ajv({ allErrors: true, strict: false });
    const check = ajv.compile(JSON.parse(read("redis/declaration/stack.schema.json")));
    const mistakes = (yaml: string) => {
        check(parse(yaml));
        return (check.errors ?? []).map(({ instancePath, message, params }) =>
            [instancePath, params.additionalProperty ?? message].join(" "),
        );
    };

    for (const name of stackFiles) {
        it(`takes ${name}, which names it`, () => {
            assert.deepEqual(mistakes(read(name)), []);
            assert.match(read(name), /^# yaml-language-server: \$schema=redis\/declaration\/stack\.schema\.json\n/);
        });
    }

    it("marks what the validation refuses: unknown keys, other types, other words, bounds, and passwords in clear", () => {
        const told = mistakes(`
            confg: {}
            config:
                redis:memroy: 1gb
                redis:topology: sentinal
                redis:nodes: [{ name: a_b, port: 70000, replicOf: x }]
                redis:sentinel: { down-after-milliseconds: 5000 }
                redis:passwords: { default: hunter2 }`);
        for (const place of [
            / confg$/,
            /\/config redis:memroy$/,
            /topology must be equal to constant/,
            /nodes\/0 replicOf$/,
            /nodes\/0\/name must match pattern/,
            /nodes\/0\/port must be <= 65535/,
            /sentinel down-after-milliseconds$/,
            /passwords\/default must be object/,
        ])
            assert.ok(
                told.some((line) => place.test(line)),
                `${place} in ${told.join("\n")}`,
            );
    });

    it("takes encrypted passwords, and keys without the project's name in front", () => {
        assert.deepEqual(mistakes('config: { memory: 1gb, redis:passwords: { app: { secure: "v1:x" } } }'), []);
    });
});

describe("keys in another spelling", () => {
    it("are refused with the one that is meant", () => {
        const sentinel = { "down-after-milliseconds": 5000, "failover-timeout": 1000, "parallel-syncs": 1 };
        const told = validate({
            topology: "sentinel",
            image: "redis:8",
            nodes: [{ name: "a", port: 1 }],
            sentinels: [2, 3, 4].map((port) => ({ name: `s${port}`, port })),
            sentinel,
        });
        assert.deepEqual(
            told.map(({ path, message }) => `${path}: ${message}`),
            [
                'sentinel.down-after-milliseconds: There is no key "down-after-milliseconds"; it is written downAfterMilliseconds',
                'sentinel.failover-timeout: There is no key "failover-timeout"; it is written failoverTimeout',
                'sentinel.parallel-syncs: There is no key "parallel-syncs"; it is written parallelSyncs',
            ],
        );
    });

    it("are told for one former name that stands without a list", () => {
        const [told] = validate({ image: "redis:8", nodes: [{ name: "a", port: 1, formerly: "b" }] });
        assert.equal(told?.path, "nodes[0].formerly");
        assert.equal(told?.message, 'Must be a list of former names, not "b"');
    });
});
