// Starts the pack. TypeScript goes through tsx: the policy runtime's own loader checks types on every preview, for seconds.
require("tsx/cjs");
const { PolicyPack } = require("@pulumi/policy");
const { policies } = require("./index.ts");

new PolicyPack("redis-on-docker", { policies });
