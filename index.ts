import * as pulumi from "@pulumi/pulumi";
import { Deployment, type DeploymentInputs } from "./components";
import { declarationFrom } from "./redis/configuration";

const config = new pulumi.Config();

// Whatever stands in the stack file is judged by the component, which names every mistake at once.
const declaration = declarationFrom((key) => structured(config.get(key))) as unknown as DeploymentInputs;

const deployment = new Deployment("redis", {
    ...declaration,
    passwords: config.getSecretObject<Record<string, string>>("passwords"),
    preflight: config.getBoolean("preflight"),
    prefix: `${pulumi.getProject()}-${pulumi.getStack()}`,
});

export const { endpoints, connect, slots, password, passwords } = deployment;

/** Pulumi hands structured values over as JSON. */
function structured(value: string | undefined): unknown {
    if (value === undefined) return undefined;
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}
