// Starts the program of index.ts; named in Pulumi.yaml. It shares Pulumi's SDK with whoever runs it.
const { createRequire } = require("node:module");

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
// More than half of all that the SDK loads, for programs that hand functions to a cloud.
for (const library of ["typescript", "@npmcli/arborist"]) putOff(library);
const loaded = require("./scripts/compiled.cjs")("index.ts", { external: ["@pulumi/*"] });

module.exports = async () => (await loaded)();

/** Loads a library of the SDK's when something of it is used. */
function putOff(library) {
    let path;
    try {
        path = sdk.resolve(library);
    } catch {
        // The SDK does without it, or brings another one.
        return;
    }
    let loaded;
    const load = () => {
        if (loaded === undefined) {
            delete require.cache[path];
            loaded = sdk(library);
        }
        return loaded;
    };
    // Who imports it asks first whether it is an ES module, and copies all of it when it is none.
    const exports = new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : load()[name]) });
    require.cache[path] ??= { id: path, filename: path, path, loaded: true, exports, children: [], paths: [] };
}
