// What Pulumi starts for PulumiPlugin.yaml; named in package.json as `main`, which nothing else reads: programs that import the
// package find it by `exports`. A checkout runs its sources, the package what was built of them.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const compiled = join(__dirname, "scripts", "compiled.cjs");
if (existsSync(compiled)) require(compiled)("components/plugin/main.ts", { external: ["@pulumi/*"] });
else require("./dist/components/plugin/main.js");
