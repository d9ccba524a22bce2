// Starts the program of index.ts; named in Pulumi.yaml. It shares Pulumi's SDK with whoever runs it.
require("./scripts/lightSdk.cjs");
const loaded = require("./scripts/compiled.cjs")("index.ts", { external: ["@pulumi/*"] });

module.exports = async () => (await loaded)();
