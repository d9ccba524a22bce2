#!/usr/bin/env node
// Starts the pack: in a checkout from its sources, in the package from what is built of them. CLIs since 3.259 start this file
// itself (`--policy-pack policies/pack.js`); the folder they start through a language host, which takes longer.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// Started ahead of the CLI, it ends with the command that did so.
if (process.argv[2] === "ahead") process.stdin.once("end", () => process.exit()).resume();
// The policy SDK takes the pack's version from there.
process.chdir(__dirname);
if (existsSync(join(__dirname, "start.ts"))) require("../scripts/compiled.cjs")("policies/start.ts");
else startPackage();

function startPackage() {
    // Without what the pack has no use for.
    require("./sdk");
    const { PolicyPack } = require("@pulumi/policy");
    new PolicyPack("redis-on-docker", { policies: require("./dist/index.js").policies });
}
