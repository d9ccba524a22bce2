import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { withoutSshLibrary } from "../../offline/bundle";
import { Failure } from "../setup/failure";
import { root } from "../setup/paths";
import { attempt, capture, lastLines } from "../setup/processes";

/** Where the package's JavaScript and type declarations are built. */
export const distribution = join(root, "dist");

/**
 * Builds what programs elsewhere install: the component as JavaScript with type declarations, and the convergence as one
 * file that needs Node.js alone.
 */
export async function buildPackage(): Promise<void> {
    rmSync(distribution, { recursive: true, force: true });
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const compiled = await attempt(process.execPath, [compiler, "-p", join(root, "tsconfig.package.json")], {
        cwd: root,
    });
    if (compiled.code !== 0) throw new Failure(`The package cannot be built:\n${lastLines(compiled.stdout, 20)}`);
    await build({
        entryPoints: [join(root, "reconcile", "converge.ts")],
        outfile: join(distribution, "converge.js"),
        bundle: true,
        platform: "node",
        target: "node20",
        format: "cjs",
        plugins: [withoutSshLibrary],
        logLevel: "error",
    });
}

/** Builds what programs elsewhere install as a policy pack: the policies as one file of JavaScript. */
export async function buildPolicies(): Promise<void> {
    await capture("npm", ["run", "build"], "The policy pack cannot be built.", { cwd: join(root, "policies") });
}
