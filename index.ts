import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Deployment } from "./components";
import type { ProgramInputs } from "./components/inputs";
import { declarationFrom, keysOf, structured } from "./redis/declaration/configuration";
import { stackFileProblems } from "./redis/declaration/validation";

/** Declares the stack's deployment, and returns its outputs. Pulumi calls it once for each preview or update. */
export = async () => {
    const config = new pulumi.Config();
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];

    // Whatever stands in the stack file is judged by the component, which names every mistake at once.
    const declaration = declarationFrom(
        (key) => structured(config.get(key)),
        keysOf(config.name, pulumi.runtime.allConfig()),
    ) as unknown as ProgramInputs;

    const problems = stackFileProblems(stackFile(stack), project, stack);
    const inputs: ProgramInputs = {
        ...declaration,
        passwords: config.getSecret("passwords")?.apply(passwordsFrom),
        previous: config.getSecret("previous")?.apply(passwordsFrom),
        preflight: (structured(config.get("preflight") || undefined) as boolean | undefined) ?? true,
        prefix: `${project}-${stack}`,
        // Part of the state if it is there at all.
        ...(problems.length > 0 ? { problems } : {}),
    };
    const deployment = new Deployment("redis", inputs);

    const { endpoints, connect, slots, password, passwords } = deployment;
    return { endpoints, connect, password, passwords, ...(declaration.topology === "cluster" ? { slots } : {}) };
};

const passwordsFrom = (text: string) => (structured(text || undefined) ?? {}) as Record<string, string>;

/** The stack's file as it stands: Pulumi passes over what it does not know. */
function stackFile(stack: string): unknown {
    const path = join(__dirname, `Pulumi.${stack}.yaml`);
    try {
        return existsSync(path) ? parse(readFileSync(path, "utf8")) : undefined;
    } catch {
        // Pulumi has read it, and an error would show its lines, which may hold a password.
        return undefined;
    }
}
