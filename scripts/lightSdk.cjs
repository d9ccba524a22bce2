// Spares Pulumi's SDK what only programs need that hand functions to a cloud: more than half of all that it loads. Loaded before
// the SDK, in the process that loads it.
const { createRequire } = require("node:module");

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
for (const library of ["typescript", "@npmcli/arborist"]) putOff(library);

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
