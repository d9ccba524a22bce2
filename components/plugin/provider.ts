import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { Deployment } from "../deployment";
import type { DeploymentInputs } from "../inputs";
import { settled } from "../sdk";

const above = join(__dirname, "..", "..");
/** Where package.json stands: the checkout, or in the package the folder above `dist`. */
const folder = existsSync(join(above, "package.json")) ? above : join(above, "..");

const schema = readFileSync(join(folder, "schema.json"), "utf8");

/**
 * Serves `Deployment` to programs in every language. The SDK's own host for components would read the TypeScript sources anew
 * at each start, for seconds: the schema that it would make of them stands in a file.
 */
export const provider: pulumi.provider.Provider = {
    version: JSON.parse(schema).version,
    schema,
    construct: async (name, type, inputs, options) => {
        if (type !== "redis-on-docker:index:Deployment") throw new Error(`There is no component ${type}.`);
        const deployment = new Deployment(name, inputs as unknown as DeploymentInputs, options);
        const { urn, endpoints, connect, slots, passwords, password } = deployment;
        const state = { endpoints, connect, slots, passwords, password };
        // What is wrong is said in its own words: left to the SDK, it would be that of one output.
        await Promise.all(Object.values(state).map((output: pulumi.Output<unknown>) => settled(output)));
        return { urn, state };
    },
};
