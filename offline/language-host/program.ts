import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { missingPackages } from "./packages";

const programs = new Set<ChildProcess>();

/**
 * Starts Node.js on one of the SDK's entry points, as the program's own folder resolves it.
 * @throws an error that says what to install, where packages are missing
 */
export function startNode(
    entryPoint: "run" | "run-plugin" | "run-policy-pack",
    { folder, nodeArgs, args, options }: { folder: string; nodeArgs: string[]; args: string[]; options: SpawnOptions },
): ChildProcess {
    const child = spawn("node", [...nodeArgs, sdkModule(entryPoint, folder), ...args], options);
    programs.add(child);
    child.on("close", () => programs.delete(child));
    return child;
}

/** Ends every program that is running. */
export function killPrograms(): void {
    for (const program of programs) {
        program.kill();
    }
}

function sdkModule(entryPoint: string, folder: string): string {
    const advice = `Have you run npm install in ${folder}?`;
    const missing = missingPackages(folder);
    if (missing.length > 0) {
        throw new Error(`These packages have not been installed: ${missing.join(", ")}. ${advice}`);
    }
    try {
        return createRequire(join(folder, "package.json")).resolve(`@pulumi/pulumi/cmd/${entryPoint}`);
    } catch {
        throw new Error(`It looks like the Pulumi SDK has not been installed. ${advice}`);
    }
}
