import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..");

/** Runs a program as the SDK does: what is registered, which errors nobody handled, and what waits for outputs once it is loaded. */
const program = (inputs: string) => `
    const pulumi = require("@pulumi/pulumi");
    const { getMonitor } = require("@pulumi/pulumi/runtime/settings");
    const { Deployment } = require("./components");
    const [errors, registered, finished] = [new Set(), [], []];
    process.on("unhandledRejection", (error) => errors.add(error));
    const mocks = {
        newResource: ({ name, inputs, type }) => {
            registered.push(type + "::" + name);
            return { id: name, state: inputs };
        },
        call: () => ({}),
    };
    pulumi.runtime.setMocks(mocks, "redis", "unit", true).then(() => {
        const monitor = getMonitor();
        const finish = monitor.registerResourceOutputs.bind(monitor);
        monitor.registerResourceOutputs = (request, callback) => {
            finished.push(request.getUrn());
            finish(request, callback);
        };
        const { connect, password, slots } = new Deployment("cache", ${inputs});
        setTimeout(() => pulumi.all([connect, password, slots]).apply((outputs) => outputs), 100);
        setTimeout(() => {
            const said = [...errors].map(({ message }) => message);
            console.log(JSON.stringify({ said, registered, finished }));
        }, 1_000);
    });
`;

describe("A declaration that is refused", () => {
    it("ends in one error, with nothing beside it, nothing registered below the deployment, and no outputs", () => {
        const nodes = `[{ name: "master", port: 6379 }, { name: "replica", port: 6379, replicaOf: "masters" }]`;
        const inputs = `{ preflight: false, image: "redis:8.0.2", nodes: ${nodes}, passwords: { default: "short" } }`;
        const args = ["--require", "tsx/cjs", "--eval", program(inputs)];
        const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
        assert.equal(stderr, "");
        const { said, registered, finished } = JSON.parse(stdout);
        assert.equal(said.length, 1, stdout);
        assert.match(said[0], /^The declaration cannot be used as it is; nothing was touched\.\n/);
        for (const path of ["nodes[1].port", "nodes[1].replicaOf", "passwords.default"])
            assert.ok(said[0].includes(`\n  ${path}: `), said[0]);
        assert.deepEqual(registered, ["redis-on-docker:index:Deployment::cache"]);
        assert.deepEqual(finished, []);
    });
});
