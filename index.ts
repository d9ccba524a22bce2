import * as pulumi from "@pulumi/pulumi";
import { Deployment, type DeploymentInputs } from "./components";
import { declarationFrom, keysOf, structured } from "./redis/configuration";

/** Declares the stack's deployment, and returns its outputs. Pulumi calls it once for each preview or update. */
export = async () => {
    const config = new pulumi.Config();

    // Whatever stands in the stack file is judged by the component, which names every mistake at once.
    const declaration = declarationFrom(
        (key) => structured(config.get(key)),
        keysOf(config.name, pulumi.runtime.allConfig()),
    ) as unknown as DeploymentInputs;

    const deployment = new Deployment("redis", {
        ...declaration,
        passwords: config.getSecretObject<Record<string, string>>("passwords"),
        previous: config.getSecretObject<Record<string, string>>("previous"),
        preflight: config.getBoolean("preflight"),
        prefix: `${pulumi.getProject()}-${pulumi.getStack()}`,
    });

    const { endpoints, connect, slots, password, passwords } = deployment;
    return { endpoints, connect, password, passwords, ...(declaration.topology === "cluster" ? { slots } : {}) };
};
