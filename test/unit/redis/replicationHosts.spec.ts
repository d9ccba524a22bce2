import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { serverContainer } from "../../../redis/model/containerSpecification";
import { buildModel } from "../../../redis/model/model";
import { hostProblems, hostWarnings, parseKernel } from "../../../redis/preflight/hostSettings";

const args: DeploymentArguments = {
    image: "redis:8.0",
    nodes: [{ name: "a", port: 6379, settings: { "tcp-backlog": 511 } }],
};
const model = (more: Partial<DeploymentArguments>) => buildModel({ ...args, ...more }, { id: "1", prefix: "p" });
const kernel = { host: "local", somaxconn: 128, overcommit: 1, hugePages: "madvise" };

describe("what servers need of their hosts", () => {
    it("reads the kernel's own files", () => {
        const texts = ["4096\n", "0\n", "always [madvise] never\n"];
        assert.deepEqual(parseKernel("a", texts), { host: "a", somaxconn: 4096, overcommit: 0, hugePages: "madvise" });
        assert.equal(parseKernel("a", ["cat: no such file"]), undefined);
    });

    it("refuses a backlog that the host's network cannot have, and says what to set", () => {
        const [problem, ...others] = hostProblems(model({ network: "host" }), [kernel]);
        assert.deepEqual(others, []);
        assert.equal(problem?.path, "nodes[0].settings.tcp-backlog");
        assert.match(problem?.message ?? "", /sysctl -w net\.core\.somaxconn=511/);
        assert.deepEqual(hostProblems(model({ network: "host" }), [{ ...kernel, somaxconn: 511 }]), []);
    });

    it("has Docker set it in a network of the container's own, and only there", () => {
        const container = (network: "bridge" | "host") => {
            const built = model({ network });
            return serverContainer(built, built.nodes[0] as (typeof built.nodes)[0]);
        };
        assert.deepEqual(container("bridge").sysctls, { "net.core.somaxconn": "511" });
        assert.equal(container("host").sysctls, undefined);
        assert.deepEqual(hostProblems(model({ network: "bridge" }), [kernel]), []);
    });

    it("warns of memory that is not overcommitted and of huge pages, each where it matters", () => {
        assert.deepEqual(hostWarnings(model({}), [kernel]), []);
        const bad = { ...kernel, overcommit: 0, hugePages: "always" };
        assert.match(hostWarnings(model({}), [bad]).join("\n"), /overcommit_memory is 0[\s\S]*huge pages are always/);
        const keepsNothing = model({ nodes: [{ name: "a", port: 1, persistence: "none" }] });
        assert.equal(hostWarnings(keepsNothing, [{ ...kernel, overcommit: 0 }]).length, 0);
    });
});
