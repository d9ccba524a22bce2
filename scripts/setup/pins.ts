import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths";

interface Manifest {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
}

/** The versions that a set-up uses. They stand in package.json and nowhere else. */
export interface Pins {
    /** The Pulumi CLI. */
    cli: string;
    /** Pulumi's SDK: no older CLI can run the program. */
    sdk: string;
    /** Resource plugins by name: of the same version as the packages that the program uses. */
    plugins: Record<string, string>;
}

/** Reads the versions from package.json. */
export function pins(): Pins {
    const manifest: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return {
        cli: exact(manifest.devDependencies, "pulumi"),
        sdk: exact(manifest.devDependencies, "@pulumi/pulumi"),
        plugins: {
            docker: exact(manifest.dependencies, "@pulumi/docker"),
            command: exact(manifest.dependencies, "@pulumi/command"),
        },
    };
}

function exact(versions: Record<string, string>, name: string): string {
    const version = versions[name];
    if (!version || !/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`package.json must name one version of ${name}`);
    return version;
}
