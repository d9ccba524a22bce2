import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { componentSchema } from "../../scripts/generate/componentSchema";
import { root } from "../../scripts/setup/paths";

interface Property {
    description?: string;
}

interface Described {
    description?: string;
    inputProperties?: Record<string, Property>;
    properties?: Record<string, Property>;
    enum?: (Property & { name: string })[];
}

const written = readFileSync(join(root, "schema.json"), "utf8");

describe("the schema of the component for other languages", () => {
    it("is what Pulumi's SDK reads from the sources", () => {
        assert.equal(componentSchema(), written, "run npm run generate");
    });

    it("describes every input, output and word", () => {
        const { resources, types } = JSON.parse(written) as Record<"resources" | "types", Record<string, Described>>;
        const all = Object.entries({ ...resources, ...types });
        assert.ok(all.length > 10);
        const silent = all.flatMap(([name, { inputProperties, properties, enum: words = [] }]) =>
            [
                ...Object.entries({ ...properties, ...inputProperties }),
                ...words.map((word) => [word.name, word] as const),
            ]
                .filter(([, { description }]) => !description)
                .map(([key]) => `${name}.${key}`),
        );
        assert.deepEqual(silent, []);
        for (const [name, { description }] of Object.entries(resources)) assert.ok(description, name);
    });

    it("is one that Pulumi can make SDKs of", async () => {
        await promisify(execFile)("pulumi", ["schema", "check", join(root, "schema.json")]);
    });

    it("has one component", () => {
        assert.deepEqual(Object.keys(JSON.parse(written).resources), ["redis-on-docker:index:Deployment"]);
    });
});
