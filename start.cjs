// Starts the program of index.ts; named in Pulumi.yaml. TypeScript goes through tsx, since Pulumi's own loader checks types
// on every preview, for seconds. Libraries are loaded first: tsx looks into every file that is loaded after it.
require("./sdk.cjs");
require("tsx/cjs");
module.exports = require("./index.ts");
