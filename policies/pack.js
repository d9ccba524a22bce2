// Starts the pack. TypeScript goes through tsx: the policy runtime's own loader checks types on every preview, for seconds.
// The policy SDK is loaded first, since tsx looks into every file that is loaded after it: half a second more.
require("./sdk");
const { PolicyPack } = require("@pulumi/policy");
require("tsx/cjs");
const { policies } = require("./index.ts");

new PolicyPack("redis-on-docker", { policies });
