import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..");

/** What comes of a program: errors that nobody handled, components by name, and deployments that have outputs. */
interface Told {
    said: string[];
    registered: string[];
    finished: string[];
}

/** Runs a program as the SDK does, whose outputs are waited for once it is loaded; `declare` gives all its deployments. */
function run(declare: string): Told {
    const script = `
        const pulumi = require("@pulumi/pulumi");
        const { getMonitor } = require("@pulumi/pulumi/runtime/settings");
        const { Deployment } = require("./components");
        const [errors, registered, finished] = [new Set(), [], []];
        process.on("unhandledRejection", (error) => errors.add(error));
        const mocks = {
            newResource: ({ name, inputs, type }) => {
                if (type.startsWith("redis-on-docker:")) registered.push(name);
                return { id: name, state: { ...inputs, output: name + "-value" } };
            },
            call: () => ({}),
        };
        pulumi.runtime.setMocks(mocks, "redis", "unit", true).then(() => {
            const monitor = getMonitor();
            const finish = monitor.registerResourceOutputs.bind(monitor);
            monitor.registerResourceOutputs = (request, callback) => {
                const [, name] = request.getUrn().match(/index:Deployment::(.+)$/) ?? [];
                if (name) finished.push(name);
                finish(request, callback);
            };
            let deployments = [];
            void pulumi.runtime.runInPulumiStack(async () => {
                deployments = ${declare};
                for (const { connect, password, slots } of deployments)
                    setTimeout(() => pulumi.all([connect, password, slots]).apply((outputs) => outputs), 100);
                return {};
            });
            const tell = () => {
                const said = [...errors].map(({ message }) => message);
                console.log(JSON.stringify({ said, registered, finished }));
            };
            const ended = setInterval(() => {
                if (deployments.length === 0 || errors.size + finished.length < deployments.length) return;
                clearInterval(ended);
                // Whatever else is said follows at once.
                setTimeout(tell, 500);
            }, 50);
        });
    `;
    const args = ["--require", "tsx/cjs", "--eval", script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    assert.equal(stderr, "");
    return JSON.parse(stdout);
}

const inputs = (nodes: string, more = "") => `{ preflight: false, image: "redis:8.0.2", nodes: [${nodes}], ${more} }`;

describe("A declaration that is refused", () => {
    it("ends in one error, with nothing beside it, nothing registered below the deployment, and no outputs", () => {
        const nodes = `{ name: "master", port: 6379 }, { name: "replica", port: 6379, replicaOf: "masters" }`;
        const refused = inputs(nodes, `passwords: { default: "short" }`);
        const { said, registered, finished } = run(`[new Deployment("cache", ${refused})]`);
        assert.equal(said.length, 1, said.join("\n"));
        assert.match(said[0] ?? "", /^The declaration cannot be used as it is; nothing was touched\.\n/);
        for (const path of ["nodes[1].port", "nodes[1].replicaOf", "passwords.default"])
            assert.ok(said[0]?.includes(`\n  ${path}: `), said[0]);
        assert.deepEqual(registered, ["cache"]);
        assert.deepEqual(finished, []);
    });

    it("is also one that claims what another deployment of the program does: both are refused", () => {
        const same = inputs(`{ name: "master", port: 6379 }`);
        const { said, registered, finished } = run(
            `[new Deployment("cache", ${same}), new Deployment("session", ${same})]`,
        );
        assert.equal(said.length, 2, said.join("\n"));
        for (const other of ["cache", "session"])
            assert.ok(
                said.some((error) => error.includes("nodes[0].port: ") && error.includes(other)),
                said.join("\n"),
            );
        assert.deepEqual([registered, finished], [["cache", "session"], []]);
    });

    it("is not one of a deployment beside it that claims something else", () => {
        const [one, other] = [6379, 6380].map((port) => inputs(`{ name: "master", port: ${port} }`));
        const { said, finished } = run(`[new Deployment("cache", ${one}), new Deployment("session", ${other})]`);
        assert.deepEqual(said, []);
        assert.deepEqual(finished.sort(), ["cache", "session"]);
    });
});
