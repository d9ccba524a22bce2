// Spares the policy SDK what this pack has no use for. Without this file the pack says the same, half a second later.

const { createRequire } = require("node:module");

// The SDK needs that of programs, 600 files, only to read assets.
putOff(createRequire(require.resolve("@pulumi/policy")).resolve("@pulumi/pulumi"));

// What each policy is given of a resource is read from the wire again, though it is the same.
const deserialize = require("@pulumi/policy/deserialize");
const { deserializeProperties } = deserialize;
const read = new WeakMap();
deserialize.deserializeProperties = (properties, keepSecrets) => {
    // A remediation changes what it is given.
    if (keepSecrets) {
        return deserializeProperties(properties, keepSecrets);
    }
    if (!read.has(properties)) {
        read.set(properties, deserializeProperties(properties, keepSecrets));
    }
    return read.get(properties);
};

/** Loads a module when something of it is used. */
function putOff(path) {
    let loaded;
    const load = () => {
        if (loaded === undefined) {
            delete require.cache[path];
            loaded = require(path);
        }
        return loaded;
    };
    const exports = new Proxy({}, { get: (_, name) => load()[name] });
    require.cache[path] ??= { id: path, filename: path, path, loaded: true, exports, children: [], paths: [] };
}
