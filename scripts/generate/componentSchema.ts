import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/paths";
import { temporaryFolder } from "../setup/temporary";

/** The schema of the component for programs in other languages, as Pulumi's SDK reads it from the TypeScript sources. */
export function componentSchema(): string {
    // They load the TypeScript compiler, which nothing else here needs.
    const { Analyzer } =
        require("@pulumi/pulumi/provider/experimental/analyzer") as typeof import("@pulumi/pulumi/provider/experimental/analyzer");
    const { generateSchema } =
        require("@pulumi/pulumi/provider/experimental/schema") as typeof import("@pulumi/pulumi/provider/experimental/schema");
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const { name, version, description } = manifest;
    const entry = join(root, "components", "index.ts");
    // It reads every file that the tsconfig.json of a folder names; the checkout's own names the tests as well.
    const folder = temporaryFolder("schema");
    try {
        const options = { extends: join(root, "tsconfig.json"), files: [entry], include: [] };
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
        const analyzer = new Analyzer(folder, name, { ...manifest, exports: entry }, new Set(["Deployment"]));
        const { components, typeDefinitions, dependencies } = analyzer.analyze();
        const schema = generateSchema(name, version, description, components, typeDefinitions, dependencies);
        return `${JSON.stringify(schema, undefined, 4)}\n`;
    } finally {
        rmSync(folder, { recursive: true });
    }
}
