import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { languageRuntime } from "../../../scripts/operation/sdk";

const root = join(__dirname, "..", "..", "..");

/** What a process of its own prints, as JSON: what is changed in the SDK stays so. */
function told(script: string): unknown {
    const args = ["--no-warnings", "--require", "tsx/cjs", "--eval", script];
    return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" }));
}

describe("What the commands use of Pulumi's SDK without its types", () => {
    it("serves the calls of the CLI that a program needs", () => {
        const { service, implementation } = languageRuntime(async () => undefined);
        for (const call of ["run", "getRequiredPlugins", "getPluginInfo"]) {
            assert.ok(call in service, call);
            assert.equal(typeof implementation[call], "function", call);
        }
    });

    it("is asked for every line for debugging, so that none is made for the engine", () => {
        const registering = (before: string) => `
            const pulumi = require("@pulumi/pulumi");
            const log = require("@pulumi/pulumi/log");
            const { logNothingForDebugging } = require("./scripts/operation/sdk");
            let lines = 0;
            log.debug = async () => void lines++;
            ${before}
            const mocks = { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) };
            pulumi.runtime.setMocks(mocks, "redis", "unit", true).then(() => {
                const { urn } = new pulumi.Stash("kept", { input: "text" });
                urn.apply(() => console.log(JSON.stringify(lines > 0)));
            });`;
        assert.equal(told(registering("")), true);
        assert.equal(told(registering("logNothingForDebugging();")), false);
    });
});

/** Loads the program as Pulumi does, then has the SDK do what needs the TypeScript compiler. */
const start = `
    require("./start.cjs");
    const { isProxy } = require("node:util").types;
    const path = require("node:module").createRequire(require.resolve("@pulumi/pulumi")).resolve("typescript");
    const putOff = isProxy(require.cache[path].exports);
    require("@pulumi/pulumi").runtime.serializeFunction(() => 42).then(({ text }) =>
        console.log(JSON.stringify({ putOff, isText: text.includes("42"), stillPutOff: isProxy(require.cache[path].exports) })));
`;

describe("What start.cjs spares Pulumi's SDK", () => {
    it("is loaded when it is needed", () =>
        assert.deepEqual(told(start), { putOff: true, isText: true, stillPutOff: false }));
});
