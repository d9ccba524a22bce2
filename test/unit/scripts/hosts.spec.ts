import assert from "node:assert/strict";
import type { HostArguments } from "../../../redis/declaration/arguments";
import { leftOut } from "../../../scripts/cli/leftOut";
import { lostHosts, without } from "../../../scripts/repair/lost";
import type { Export, Resource } from "../../../scripts/repair/state";

const hosts: HostArguments[] = ["a", "a-b", "c"].map((name, at) => ({
    name,
    docker: `tcp://10.0.0.${at + 1}:2376`,
    address: `10.0.0.${at + 1}`,
}));
const [a, b, c] = hosts as [HostArguments, HostArguments, HostArguments];
const down: HostArguments = { ...a, state: "down" };

const urn = (type: string, name: string) => `urn:pulumi:dev::redis::x$${type}::${name}`;
const provider = (host: string): Resource => ({
    urn: urn("pulumi:providers:docker", `redis-${host}`),
    type: "pulumi:providers:docker",
    id: `id-of-${host}`,
});
const on = (host: string, type: string, name: string, more: Partial<Resource> = {}): Resource => ({
    urn: urn(type, name),
    type,
    provider: `${provider(host).urn}::id-of-${host}`,
    ...more,
});
const container = "docker:index/container:Container";
const converge: Resource = {
    urn: urn("command:local:Command", "redis-converge"),
    type: "command:local:Command",
    dependencies: [urn(container, "redis-a-one"), urn(container, "redis-c-two")],
    propertyDependencies: { environment: [urn(container, "redis-a-one")], stdin: null },
};

/** A state in which `recorded` hosts were declared. */
const stateOf = (recorded: HostArguments[]): Export => ({
    deployment: {
        resources: [
            {
                urn: urn("redis-on-docker:index:Deployment", "redis"),
                type: "redis-on-docker:index:Deployment",
                inputs: { hosts: recorded },
            },
            provider("a"),
            provider("a-b"),
            provider("c"),
            on("a", "docker:index/remoteImage:RemoteImage", "redis-a-image"),
            on("a", container, "redis-a-one"),
            on("a", container, "redis-a-former"),
            on("a-b", container, "redis-a-b-three"),
            on("c", container, "redis-c-two"),
            converge,
        ],
        pending_operations: [{ type: "updating", resource: on("a", container, "redis-a-one") }],
    },
});

describe("what Pulumi leaves alone while a host is down", () => {
    const nodes = [
        { name: "two", port: 1, host: "c" },
        { name: "one", port: 1, host: "a", replicaOf: "two" },
        { name: "new", port: 2, host: "a", replicaOf: "two" },
    ];
    const declaration = { image: "redis:8.0", hosts, nodes };
    const resources = stateOf(hosts).deployment?.resources ?? [];

    it("is what its Engine holds and what is declared there, and nothing of a host with a similar name", () => {
        const names = leftOut(declaration, ["a"], resources);
        for (const name of ["redis-a-image", "redis-a-one", "redis-a-former", "redis-a-new", "redis-a-new-data"]) {
            assert.ok(names.includes(name), name);
        }
        assert.deepEqual(
            names.filter((name) => name.startsWith("redis-a-b") || name.startsWith("redis-c") || name === "redis-a"),
            [],
        );
        assert.equal(new Set(names).size, names.length);
    });

    it("is what its Engine holds where the declaration cannot be used", () => {
        assert.deepEqual(leftOut({}, ["a"], resources), ["redis-a-image", "redis-a-one", "redis-a-former"]);
    });
});

describe("a host that is lost for good", () => {
    it("was declared down, and is gone from the stack file or another machine now", () => {
        const state = stateOf([down, b, c]);
        assert.deepEqual(lostHosts(state, [b, c]), [down]);
        assert.deepEqual(lostHosts(state, [{ ...a, docker: "tcp://10.0.0.9:2376" }, b, c]), [down]);
        assert.deepEqual(lostHosts(state, [{ ...a, address: "10.0.0.9" }, b, c]), [down]);
    });

    it("is none that is back as it was, is still down, or was never declared down", () => {
        assert.deepEqual(lostHosts(stateOf([down, b, c]), hosts), []);
        assert.deepEqual(lostHosts(stateOf([down, b, c]), [down, b, c]), []);
        assert.deepEqual(lostHosts(stateOf(hosts), [b, c]), []);
        for (const empty of [{}, { deployment: null }, { deployment: {} }]) assert.deepEqual(lostHosts(empty, []), []);
    });

    it("is forgotten with everything that speaks of it, and nothing else", () => {
        const state = stateOf([down, b, c]);
        const resources = state.deployment?.resources ?? [];
        const forgotten = resources.filter(({ provider: of }) => of?.includes("redis-a::"));
        const left = without(state, forgotten).deployment;
        assert.deepEqual(
            left?.resources?.map(({ urn }) => urn),
            resources.filter((resource) => !forgotten.includes(resource)).map(({ urn }) => urn),
        );
        assert.doesNotMatch(JSON.stringify(left), /redis-a-(one|former|image)"/);
        const after = left?.resources?.at(-1);
        assert.deepEqual(after?.dependencies, [urn(container, "redis-c-two")]);
        assert.deepEqual(after?.propertyDependencies, { environment: [], stdin: null });
        assert.deepEqual(left?.pending_operations, []);
    });
});
