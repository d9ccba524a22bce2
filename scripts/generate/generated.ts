import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/paths";
import { componentSchema } from "./componentSchema";
import { keysTable } from "./keysTable";
import { pulumiYaml } from "./pulumiYaml";
import { stackSchema } from "./stackSchema";
import { typeScript } from "./typeScript";

/** Every file that is made from the schema of the declaration, by its path; each is given what it is now. */
const generated: Record<string, (present: string) => string> = {
    "redis/declaration/arguments.ts": typeScript,
    "redis/declaration/stack.schema.json": () => stackSchema("redis"),
    "docs/configuration.md": keysTable,
    "Pulumi.yaml": pulumiYaml,
};

/** What takes some seconds, since it is made from all sources that it reaches. A test says when it is not up to date. */
const slow = { "schema.json": componentSchema };

/** The files that are not as the schema has them, each with what it has to be. */
export function outdated(files = generated): { path: string; content: string }[] {
    return Object.entries(files).flatMap(([path, make]) => {
        const file = join(root, path);
        const present = existsSync(file) ? readFileSync(file, "utf8") : "";
        const content = make(present);
        return content === present ? [] : [{ path, content }];
    });
}

/** Writes the files that are not as the schema has them, and returns their paths. */
export function generate(): string[] {
    const files = outdated({ ...generated, ...slow });
    for (const { path, content } of files) writeFileSync(join(root, path), content);
    return files.map(({ path }) => path);
}
