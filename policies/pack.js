// Starts the pack. The policy SDK is loaded without what the pack has no use for.
require("./sdk");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { PolicyPack } = require("@pulumi/policy");

new PolicyPack("redis-on-docker", { policies: load().policies });

/** The policies: in a checkout from their sources, in the package from what is built of them. */
function load() {
    if (!existsSync(join(__dirname, "index.ts"))) return require("./dist/index.js");
    // The policy runtime's own loader checks types on every preview, for seconds.
    require("../scripts/typescript.cjs");
    return require("./index.ts");
}
