import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The part of a package.json that matters to Pulumi. */
export interface Package {
    name: string;
    version: string;
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
    pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** The packages that a program in `folder` can load, the nearest first where there are several of a name. */
export function installedPackages(folder: string): Package[] {
    const found = new Map<string, Package>();
    for (const modules of moduleFolders(folder)) {
        for (const name of packageNames(modules)) {
            const read = readPackage(join(modules, name));
            if (read !== undefined && !found.has(name)) {
                found.set(name, read);
            }
        }
    }
    return [...found.values()];
}

/** The package that a program is part of. */
export function programPackage(folder: string): Package | undefined {
    return ancestors(folder)
        .map(readPackage)
        .find((read) => read !== undefined);
}

/** The packages that a program in `folder` says it needs and cannot load. */
export function missingPackages(folder: string): string[] {
    const needed = Object.keys(programPackage(folder)?.dependencies ?? {});
    const modules = moduleFolders(folder);
    return needed.filter((name) => !modules.some((found) => existsSync(join(found, name))));
}

function readPackage(folder: string): Package | undefined {
    try {
        return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
    } catch {
        return undefined;
    }
}

function moduleFolders(folder: string): string[] {
    return ancestors(folder)
        .map((parent) => join(parent, "node_modules"))
        .filter((modules) => existsSync(modules));
}

function ancestors(folder: string): string[] {
    const parent = dirname(folder);
    return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function packageNames(modules: string): string[] {
    return readdirSync(modules).flatMap((name) => {
        if (name.startsWith("@")) {
            return readdirSync(join(modules, name)).map((scoped) => `${name}/${scoped}`);
        }
        return name.startsWith(".") ? [] : [name];
    });
}
